//! Requests to answers.

use crate::database::Database;
use crate::user::{email, UserCreate, UserOut, UserUpdate};
use hyper::header::{HeaderValue, CONTENT_TYPE};
use hyper::{body, Body, Method, Request, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde::Serialize;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, Row};

/// A status and a JSON body.
type Answer = (StatusCode, Vec<u8>);

pub async fn answer(database: &Database, request: Request<Body>) -> Response<Body> {
    let (status, json) = match route(database, request).await {
        Ok(answer) | Err(answer) => answer,
    };
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

async fn route(database: &Database, request: Request<Body>) -> Result<Answer, Answer> {
    let path = request.uri().path();
    let rest = path.strip_prefix("/users/").ok_or_else(|| refusal(404, "Not Found"))?;
    match (request.method().clone(), rest) {
        (Method::GET, "") => list(database, request.uri().query().unwrap_or("")).await,
        (Method::POST, "") => create(database, json(request).await?).await,
        (Method::GET, id) => read(database, integer(id)?).await,
        (Method::PATCH, id) => {
            let id = integer(id)?;
            update(database, id, json(request).await?).await
        }
        _ => Err(refusal(405, "Method Not Allowed")),
    }
}

async fn read(database: &Database, id: i32) -> Result<Answer, Answer> {
    one(database.read(id).await)
}

async fn list(database: &Database, query: &str) -> Result<Answer, Answer> {
    let (mut skip, mut limit) = (0, 100);
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("skip", value)) => skip = natural(value)?,
            Some(("limit", value)) => limit = natural(value)?,
            _ => {}
        }
    }
    let rows = database.list(skip, limit).await.map_err(failure)?;
    ok(&rows.iter().map(UserOut::new).collect::<Vec<_>>())
}

async fn create(database: &Database, user: UserCreate) -> Result<Answer, Answer> {
    let email = email(&user.email).ok_or_else(invalid)?;
    one(database.create(&email, &user.name).await.map(Some))
}

async fn update(database: &Database, id: i32, user: UserUpdate) -> Result<Answer, Answer> {
    let email = match &user.email {
        Some(text) => Some(email(text).ok_or_else(invalid)?),
        None => None,
    };
    one(database.update(id, email.as_deref(), user.name.as_deref()).await)
}

fn one(result: Result<Option<Row>, Error>) -> Result<Answer, Answer> {
    let row = result.map_err(failure)?.ok_or_else(|| refusal(404, "User not found"))?;
    ok(&UserOut::new(&row))
}

async fn json<T: DeserializeOwned>(request: Request<Body>) -> Result<T, Answer> {
    let bytes = body::to_bytes(request).await.map_err(|_| refusal(400, "There was an error parsing the body"))?;
    serde_json::from_slice(&bytes).map_err(|_| invalid())
}

fn integer(text: &str) -> Result<i32, Answer> {
    text.parse().map_err(|_| invalid())
}

fn natural(text: &str) -> Result<i64, Answer> {
    text.parse().ok().filter(|number| *number >= 0).ok_or_else(invalid)
}

fn ok<T: Serialize>(value: &T) -> Result<Answer, Answer> {
    let json = serde_json::to_vec(value).map_err(|_| refusal(500, "Internal Server Error"))?;
    Ok((StatusCode::OK, json))
}

fn failure(error: Error) -> Answer {
    if error.code() == Some(&SqlState::UNIQUE_VIOLATION) {
        return refusal(400, "Email already exists");
    }
    eprintln!("{}", error);
    refusal(503, "Service Unavailable")
}

fn invalid() -> Answer {
    refusal(422, "Unprocessable Entity")
}

fn refusal(status: u16, detail: &str) -> Answer {
    let json = format!(r#"{{"detail":"{}"}}"#, detail);
    (StatusCode::from_u16(status).unwrap(), json.into_bytes())
}
