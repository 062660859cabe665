<?php
// The users API in PHP: one script for every request, as PHP-FPM runs it, PDO with a persistent connection.
declare(strict_types=1);

require __DIR__ . '/users.php';

[$path, $query] = explode('?', $_SERVER['REQUEST_URI'], 2) + [1 => ''];
$method = $_SERVER['REQUEST_METHOD'];

if (!preg_match('~^/users/(.*)$~D', $path, $match)) {
    refuse(404, 'Not Found');
} elseif ($match[1] === '' && $method === 'GET') {
    parse_str($query, $values);
    answer(200, page(natural($values['skip'] ?? '0'), natural($values['limit'] ?? '100')));
} elseif ($match[1] === '' && $method === 'POST') {
    answer(200, create(body()));
} elseif ($match[1] !== '' && $method === 'GET') {
    answer(200, read(natural($match[1])) ?? refuse(404, 'User not found'));
} elseif ($match[1] !== '' && $method === 'PATCH') {
    answer(200, update(natural($match[1]), body()) ?? refuse(404, 'User not found'));
} else {
    refuse(405, 'Method Not Allowed');
}

/** @return array{email?: string, name?: string} what the body has, checked */
function body(): array
{
    $body = json_decode(file_get_contents('php://input'));
    if (!$body instanceof stdClass) {
        refuse(422, 'Unprocessable Entity');
    }
    $body = (array) $body;
    foreach (array_intersect_key($body, ['email' => 0, 'name' => 0]) as $value) {
        is_string($value) || refuse(422, 'Unprocessable Entity');
    }
    if (isset($body['email'])) {
        $body['email'] = email($body['email']) ?? refuse(422, 'Unprocessable Entity');
    }
    return $body;
}

/** An address in its normal form, if it is one of the plain kind. */
function email(string $text): ?string
{
    if (filter_var($text, FILTER_VALIDATE_EMAIL) === false) {
        return null;
    }
    $at = strrpos($text, '@');
    return substr($text, 0, $at) . strtolower(substr($text, $at));
}

function natural(string $text): int
{
    return ctype_digit($text) && strlen($text) < 19 ? (int) $text : refuse(422, 'Unprocessable Entity');
}

function answer(int $status, mixed $value): never
{
    $json = json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
    http_response_code($status);
    header('Content-Type: application/json');
    header('Content-Length: ' . strlen($json));
    echo $json;
    exit;
}

function refuse(int $status, string $detail): never
{
    answer($status, ['detail' => $detail]);
}
