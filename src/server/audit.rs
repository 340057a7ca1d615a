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
    /// Where they belong in that organization: what is about nobody's company is of theirs.
    pub company_id: Option<String>,
    pub address: String,
    pub request_id: String,
}

impl Author {
    /// Nobody who proved who they are.
    pub fn anonymous(address: String, request_id: String) -> Author {
        Author {
            kind: "anonymous",
            id: None,
            name: String::new(),
            organization_id: None,
            company_id: None,
            address,
            request_id,
        }
    }

    /// Somebody who has just proved who they are, in an organization and a company of it.
    pub(super) fn is(&mut self, id: &str, name: &str, within: (Option<&str>, Option<&str>)) {
        let (organization_id, company_id) = within;
        self.id = Some(id.to_owned());
        self.name = name.to_owned();
        self.organization_id = organization_id.map(str::to_owned);
        self.company_id = company_id.map(str::to_owned);
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
    /// That of the target, in the organization of the author.
    pub company_id: Option<String>,
}

/// What belongs to a company. Who reads of it hangs on that, so an entry about one is made with `Entry::of`.
const OF_COMPANIES: [&str; 6] = ["user", "account", "integration", "api_user", "api_key", "session"];

impl Entry {
    /// About what belongs to no company.
    pub fn new(action: &'static str, target_kind: &'static str, id: &str, name: &str) -> Entry {
        debug_assert!(!OF_COMPANIES.contains(&target_kind), "{action}: say the company of this {target_kind}");
        Entry::of(None, action, target_kind, id, name)
    }

    /// About what belongs to a company of the organization that is written in. None where it belongs to none there, such
    /// as an account that is no member of it, or where there is nothing yet.
    pub fn of(
        company_id: Option<&str>,
        action: &'static str,
        target_kind: &'static str,
        id: &str,
        name: &str,
    ) -> Entry {
        Entry {
            action,
            target_kind,
            target_id: Some(id.to_owned()),
            target_name: name.to_owned(),
            before: None,
            after: None,
            topics: Vec::new(),
            company_id: company_id.map(str::to_owned),
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
     before, after, address, request_id, company_id, search_text)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";

/// With the company that the event is about: that of its target, or else of who did it; it bounds who reads it
/// (`docs/decisions/0032-events-belong-to-companies.md`).
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
        entry.company_id.as_deref().or(author.company_id.as_deref()),
        super::search_text::of(&[entry.action, &author.name, &entry.target_name]),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "say the company of this user")]
    fn entry_about_what_belongs_to_a_company_says_which() {
        let _ = Entry::new("users.edit", "user", "1", "nora");
    }
}
