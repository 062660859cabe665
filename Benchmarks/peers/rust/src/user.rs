//! What goes in and out.

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Deserialize, Serialize, Serializer};
use tokio_postgres::Row;

#[derive(Deserialize)]
pub struct UserCreate {
    pub email: String,
    pub name: String,
}

#[derive(Deserialize)]
pub struct UserUpdate {
    pub email: Option<String>,
    pub name: Option<String>,
}

#[derive(Serialize)]
pub struct UserOut<'a> {
    email: &'a str,
    name: &'a str,
    id: i32,
    #[serde(serialize_with = "iso_8601")]
    created_at: DateTime<Utc>,
}

impl<'a> UserOut<'a> {
    pub fn new(row: &'a Row) -> UserOut<'a> {
        UserOut { id: row.get(0), email: row.get(1), name: row.get(2), created_at: row.get(3) }
    }
}

/// An address in its normal form, if it is one of the plain kind.
pub fn email(text: &str) -> Option<String> {
    let (local, domain) = text.split_once('@')?;
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    let dots = |part: &str| part.starts_with('.') || part.ends_with('.') || part.contains("..");
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let valid = (1..=64).contains(&local.len())
        && local.bytes().all(atom)
        && !dots(local)
        && domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(label);
    valid.then(|| format!("{}@{}", local, domain.to_ascii_lowercase()))
}

/// As Pydantic writes it: microseconds, or no fraction where there is none. chrono's own formatting costs more
/// than everything else in a user.
fn iso_8601<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    put(&mut text[0..4], time.year() as u32);
    put(&mut text[5..7], time.month());
    put(&mut text[8..10], time.day());
    put(&mut text[11..13], time.hour());
    put(&mut text[14..16], time.minute());
    put(&mut text[17..19], time.second());
    let microseconds = time.nanosecond() / 1000;
    put(&mut text[20..26], microseconds);
    let mut length = text.len();
    if microseconds == 0 {
        text[19] = b'Z';
        length = 20;
    }
    serializer.serialize_str(std::str::from_utf8(&text[..length]).unwrap())
}

fn put(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}
