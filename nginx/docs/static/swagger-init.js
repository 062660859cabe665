// A file of its own, because the Content-Security-Policy allows no scripts inside the page. What it names lies beside the page,
// whatever the prefix.
window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  layout: "BaseLayout",
  deepLinking: true,
  showExtensions: true,
  showCommonExtensions: true,
  oauth2RedirectUrl: new URL("docs/oauth2-redirect", window.location.href).href,
  presets: [SwaggerUIBundle.presets.apis],
  // Otherwise the description is sent to validator.swagger.io.
  validatorUrl: null,
});
