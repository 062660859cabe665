//! The users API in Rust: hyper's HTTP/1.1 on a Unix socket, tokio-postgres pipelined.
//!
//!     peer SOCKET DATABASE_URL          one runtime, as `#[tokio::main]` makes it
//!     peer SOCKET DATABASE_URL CORES    that many threads, each with a runtime of its own

mod api;
mod database;
mod user;

use database::Database;
use hyper::server::conn::Http;
use hyper::service::service_fn;
use socket2::{Domain, SockAddr, Socket, Type};
use std::convert::Infallible;
use std::error::Error;
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::thread;
use tokio::runtime;

type Result = std::result::Result<(), Box<dyn Error + Send + Sync>>;

/// Connections to PostgreSQL.
const CONNECTIONS: usize = 16;

fn main() -> Result {
    let mut arguments = std::env::args().skip(1);
    let (path, url) = match (arguments.next(), arguments.next()) {
        (Some(path), Some(url)) => (path, url),
        _ => return Err("usage: peer SOCKET DATABASE_URL [CORES]".into()),
    };
    let listener = listen(&path)?;
    match arguments.next() {
        None => runtime::Runtime::new()?.block_on(serve(listener, url, CONNECTIONS)),
        Some(cores) => run_on_each(cores.parse()?, listener, url),
    }
}

/// With room for a thousand clients at once; the standard library's has 128.
fn listen(path: &str) -> std::io::Result<UnixListener> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.bind(&SockAddr::unix(path)?)?;
    socket.listen(4096)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// A runtime for each thread: a request never changes threads, as it may in one runtime for all of them.
fn run_on_each(cores: usize, listener: UnixListener, url: String) -> Result {
    let mut threads = Vec::new();
    for _ in 0..cores {
        let (listener, url) = (listener.try_clone()?, url.clone());
        threads.push(thread::spawn(move || {
            runtime::Builder::new_current_thread().enable_io().build()?.block_on(serve(listener, url, CONNECTIONS / cores))
        }));
    }
    threads.into_iter().try_for_each(|thread| thread.join().expect("a thread panicked"))
}

async fn serve(listener: UnixListener, url: String, connections: usize) -> Result {
    let listener = tokio::net::UnixListener::from_std(listener)?;
    let database = Arc::new(Database::connect(&url, connections).await?);
    loop {
        let (stream, _) = listener.accept().await?;
        let database = database.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let database = database.clone();
                async move { Ok::<_, Infallible>(api::answer(&database, request).await) }
            });
            // A client that goes away is nothing to report.
            let _ = Http::new().http1_only(true).serve_connection(stream, service).await;
        });
    }
}
