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

impl Author {
    /// Nobody who proved who they are.
    pub fn anonymous(address: String, request_id: String) -> Author {
        Author { kind: "anonymous", id: None, name: String::new(), organization_id: None, address, request_id }
    }
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
    /// The company of a target that is gone when the entry is written; else it is looked up.
    pub company_id: Option<String>,
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
            company_id: None,
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

    /// The company that a deleted target belonged to.
    #[must_use]
    pub fn of_company(self, id: &str) -> Entry {
        Entry { company_id: Some(id.to_owned()), ..self }
    }

    #[must_use]
    pub fn tells(mut self, topics: &[Topic]) -> Entry {
        self.topics.extend_from_slice(topics);
        self
    }
}

/// With the company that the event is about: that of its target, or else of who did it; it bounds who reads it
/// (`docs/decisions/0032-events-belong-to-companies.md`).
const INSERT: &str = "insert into audit_events
    (id, organization_id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name,
     before, after, address, request_id, search_text, company_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16, coalesce(cast($15 as text),
        case cast($8 as text)
            when 'user' then (select u.company_id from users u where u.id = $9 and u.organization_id = $2)
            when 'account' then (select u.company_id from users u where u.account_id = $9 and u.organization_id = $2)
            when 'integration' then
                (select i.company_id from integrations i where i.id = $9 and i.organization_id = $2)
            when 'api_user' then
                (select r.company_id from api_users r where r.id = $9 and r.organization_id = $2)
            when 'api_key' then (select u.company_id from api_keys k join users u on u.id = k.user_id
                where k.id = $9 and k.organization_id = $2)
            when 'session' then (select coalesce(u.company_id, i.company_id) from sessions s
                left join users u on u.account_id = s.account_id and u.organization_id = $2
                left join integrations i on i.id = s.integration_id and i.organization_id = $2
                where s.id = $9)
        end,
        (select u.company_id from users u where u.id = $5 and u.organization_id = $2),
        (select u.company_id from users u where u.account_id = $5 and u.organization_id = $2),
        (select i.company_id from integrations i where i.id = $5 and i.organization_id = $2),
        (select r.company_id from api_users r where r.id = $5 and r.organization_id = $2)))";

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
        entry.company_id.as_deref(),
        super::search_text::of(&[entry.action, &author.name, &entry.target_name]),
    )?;
    Ok(())
}
