//! The statements, prepared on each of a fixed set of connections, over which requests are pipelined.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, NoTls, Row, Statement};

/// Of the connections. A commit holds up what is behind it on its connection until the disk has it: concurrent commits,
/// which PostgreSQL writes to the disk together, need connections. Reads gain from few, where they share round trips.
const READING: usize = 1;

struct Connection {
    client: Client,
    read: Statement,
    list: Statement,
    create: Statement,
    update: Statement,
}

/// Each runtime has its own.
pub struct Database {
    connections: Vec<Connection>,
    turn: AtomicUsize,
}

impl Database {
    pub async fn connect(url: &str, count: usize) -> Result<Database, Error> {
        let mut connections = Vec::new();
        for _ in 0..count {
            connections.push(Connection::open(url).await?);
        }
        Ok(Database { connections, turn: AtomicUsize::new(0) })
    }

    pub async fn read(&self, id: i32) -> Result<Option<Row>, Error> {
        let connection = self.next(READING);
        connection.client.query_opt(&connection.read, &[&id]).await
    }

    pub async fn list(&self, skip: i64, limit: i64) -> Result<Vec<Row>, Error> {
        let connection = self.next(READING);
        connection.client.query(&connection.list, &[&limit, &skip]).await
    }

    pub async fn create(&self, email: &str, name: &str) -> Result<Row, Error> {
        let connection = self.next(self.connections.len());
        connection.client.query_one(&connection.create, &[&email, &name]).await
    }

    pub async fn update(&self, id: i32, email: Option<&str>, name: Option<&str>) -> Result<Option<Row>, Error> {
        let connection = self.next(self.connections.len());
        let parameters: [&(dyn ToSql + Sync); 3] = [&email, &name, &id];
        connection.client.query_opt(&connection.update, &parameters).await
    }

    /// The first `count` connections in turn.
    fn next(&self, count: usize) -> &Connection {
        &self.connections[self.turn.fetch_add(1, Relaxed) % count]
    }
}

impl Connection {
    async fn open(url: &str) -> Result<Connection, Error> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                eprintln!("connection to PostgreSQL lost: {}", error);
            }
        });
        Ok(Connection {
            read: client.prepare("SELECT id, email, name, created_at FROM users WHERE id = $1").await?,
            list: client
                .prepare("SELECT id, email, name, created_at FROM users WHERE id >= (SELECT id FROM users ORDER BY id LIMIT 1 OFFSET $2) ORDER BY id LIMIT $1")
                .await?,
            create: client
                .prepare("INSERT INTO users (email, name) VALUES ($1, $2) RETURNING id, email, name, created_at")
                .await?,
            update: client
                .prepare(
                    "UPDATE users SET email = coalesce($1, email), name = coalesce($2, name) \
                     WHERE id = $3 RETURNING id, email, name, created_at",
                )
                .await?,
            client,
        })
    }
}
