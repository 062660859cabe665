//! The users API in Rust: hyper's HTTP/1.1 on a Unix socket, tokio-postgres pipelined.
//!
//!     peer SOCKET DATABASE_URL

mod api;
mod database;
mod user;

use database::Database;
use hyper::server::conn::Http;
use hyper::service::service_fn;
use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use tokio::net::UnixListener;

// A thread for each of the machine's two cores, which nginx and PostgreSQL use as well.
#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (path, url) = match (arguments.next(), arguments.next()) {
        (Some(path), Some(url)) => (path, url),
        _ => return Err("usage: peer SOCKET DATABASE_URL".into()),
    };
    let database = Arc::new(Database::connect(&url).await?);
    let listener = UnixListener::bind(path)?;
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
