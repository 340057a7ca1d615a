//! The audit log: what a transaction must say before it can commit.

use crate::db::{Conn, DbError, exec};
use crate::types::{Millis, Topic};
use serde_json::Value;

/// Who acts, from where: the half of an audit row that does not depend on the act.
#[derive(Clone, Debug)]
pub struct Author {
    /// `user`, `system` or `anonymous`.
    pub kind: &'static str,
    pub id: Option<String>,
    pub name: String,
    pub organization_id: Option<String>,
    pub address: String,
    pub request_id: String,
}

/// What was done to what: one row of the log. Values hold no secret; callers pass what the API would show.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `users.create`, `sessions.close`, …: feature and verb.
    pub action: &'static str,
    pub target_kind: &'static str,
    pub target_id: Option<String>,
    pub target_name: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub topics: Vec<Topic>,
}

impl Entry {
    pub fn new(action: &'static str, target_kind: &'static str, id: &str, name: &str) -> Entry {
        Entry {
            action,
            target_kind,
            target_id: Some(id.to_owned()),
            target_name: name.to_owned(),
            before: None,
            after: None,
            topics: Vec::new(),
        }
    }

    #[must_use]
    pub fn before(mut self, value: Value) -> Entry {
        self.before = Some(value);
        self
    }

    #[must_use]
    pub fn after(mut self, value: Value) -> Entry {
        self.after = Some(value);
        self
    }

    #[must_use]
    pub fn tells(mut self, topics: &[Topic]) -> Entry {
        self.topics.extend_from_slice(topics);
        self
    }
}

const INSERT: &str = "insert into audit_events
    (id, organization_id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name,
     before, after, address, request_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

pub async fn insert(conn: &mut Conn<'_>, author: &Author, entry: &Entry, now: Millis) -> Result<(), DbError> {
    let text = |value: &Option<Value>| value.as_ref().map(Value::to_string);
    exec!(
        conn,
        INSERT,
        super::clock::new_id(now),
        author.organization_id.as_deref(),
        now,
        author.kind,
        author.id.as_deref(),
        author.name.as_str(),
        entry.action,
        entry.target_kind,
        entry.target_id.as_deref(),
        entry.target_name.as_str(),
        text(&entry.before),
        text(&entry.after),
        author.address.as_str(),
        author.request_id.as_str(),
    )?;
    Ok(())
}
