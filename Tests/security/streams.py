"""HTTP/2: what one client may ask for at the same time on one connection, and on several."""

import socket
import ssl
import time

import h2.config
import h2.connection
import h2.events
from limits import OTHER, PAGE
from stack.service import wait_for
from wire import HOST, ask


class Client:
    """One HTTP/2 connection; it opens as many streams as nginx grants, and no more."""

    def __init__(self, site, source=""):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        plain = socket.create_connection(("127.0.0.1", site.tls_port), timeout=20, source_address=(source, 0))
        self.socket = context.wrap_socket(plain, server_hostname=HOST)
        self.connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.statuses, self.settings = [], False
        self.connection.initiate_connection()
        self.flush()
        while not self.settings:
            self.receive()

    @property
    def granted(self):
        return self.connection.remote_settings.max_concurrent_streams

    @property
    def open(self):
        return self.connection.open_outbound_streams

    def get(self, count):
        """The statuses of so many requests, always as many at once as nginx grants."""
        begun = 0
        while len(self.statuses) < count:
            while begun < count and self.open < self.granted:
                self.begin("GET", "/users/?limit=0", ends=True)
                begun += 1
            self.flush()
            self.receive()
        return self.statuses

    def stall(self):
        """Opens every stream with a request whose body never comes."""
        while self.open < self.granted:
            self.begin("POST", "/users/", ends=False)
        self.flush()

    def begin(self, method, path, ends):
        """The number of the new stream."""
        fields = [(":method", method), (":path", path), (":scheme", "https"), (":authority", HOST)]
        if not ends:
            fields += [("content-type", "application/json"), ("content-length", "100")]
        number = self.connection.get_next_available_stream_id()
        self.connection.send_headers(number, fields, end_stream=ends)
        return number

    def flush(self):
        self.socket.sendall(self.connection.data_to_send())

    def receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError
        for event in self.connection.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived):
                self.statuses.append(int(dict(event.headers)[":status"]))
            elif isinstance(event, h2.events.DataReceived):
                self.connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.RemoteSettingsChanged):
                self.settings = True
        self.flush()

    def refusals(self):
        """How many 429s there are until nothing more comes."""
        self.listen(0.5)
        return self.statuses.count(429)

    def listen(self, seconds):
        """Until nothing comes for so long."""
        self.socket.settimeout(seconds)
        try:
            while True:
                self.receive()
        except TimeoutError:
            pass


def check(stack):
    """All the streams that nginx grants, and those of four clients; beyond, and only for that address, 429."""
    with stack.site().started() as site:
        client = Client(site)
        if set(statuses := client.get(400)) != {200}:
            yield f"with {client.granted} streams at once, of 400 requests {statuses.count(429)} are refused"
    with stack.site().started() as site:
        clients = []
        for _ in range(4):
            clients.append(Client(site))
            clients[-1].stall()
            time.sleep(1)  # for the rate: 128 a second are a little more than the 100 that it gives back
        for number, client in enumerate(clients):
            if refused := client.refusals():
                yield f"with {number + 1} clients' streams {refused} requests are refused"
        flood = Client(site)
        flood.stall()
        if flood.refusals() != flood.granted:
            yield "a fifth client's streams are taken as well"
        if ask(site, PAGE).status != 200:
            yield "HTTP/1.1 from there is refused as well"
        if Client(site, OTHER).get(1) != [200]:
            yield "another client is refused as well"
        for client in [*clients, flood]:
            client.socket.close()
        wait_for(lambda: Client(site).get(1) == [200])
