//! Small types that server and browser share.

mod count;
mod json;
mod session;
mod time;

pub use json::{Json, JsonText};
pub use session::SessionKind;
pub use time::{Instant, Millis, NOT_AN_INSTANT, parse_rfc3339, rfc3339, utc};

use serde::{Deserialize, Serialize};

/// What a live update is about; a page refetches when one of its topics changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Users,
    Profiles,
    Sessions,
    Integrations,
    /// Somebody's rights: navigation and guards look again.
    Access,
    Places,
    Alerts,
    Settings,
    /// Somebody's own keys.
    ApiKeys,
    /// Teams, who is in them, and API users.
    Members,
}

impl Topic {
    pub const ALL: [Topic; 10] = [
        Topic::Users,
        Topic::Profiles,
        Topic::Sessions,
        Topic::Integrations,
        Topic::Access,
        Topic::Places,
        Topic::Alerts,
        Topic::Settings,
        Topic::ApiKeys,
        Topic::Members,
    ];
}

/// Something by its id and the name that people read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// Whether somebody, or a program, may come in at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Active,
    Disabled,
}

impl Status {
    pub const ALL: [Status; 2] = [Status::Active, Status::Disabled];

    pub fn code(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Disabled => "disabled",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Status::Active => "Active",
            Status::Disabled => "Disabled",
        }
    }

    pub fn from_code(code: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.code() == code)
    }
}

impl From<String> for Status {
    /// As it is stored. Whatever is not active may not enter.
    fn from(stored: String) -> Status {
        Status::from_code(&stored).unwrap_or(Status::Disabled)
    }
}

/// A text as somebody typed it, of `MIN` to `MAX` code points; `server::text` looks whether it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed<const MIN: u32, const MAX: u32>(pub String);

/// What a thing is called.
pub type Name = Typed<1, 100>;

/// What people note on a thing.
pub type Remark = Typed<0, 500>;

impl<const MIN: u32, const MAX: u32> Typed<MIN, MAX> {
    pub const MAX: u32 = MAX;
}

impl<const MIN: u32, const MAX: u32> From<String> for Typed<MIN, MAX> {
    fn from(text: String) -> Self {
        Typed(text)
    }
}

/// The rows of a page, unless it is asked for others.
pub const PAGE_SIZE: i64 = 50;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Opaque; none on the last page.
    pub next_cursor: Option<String>,
    pub count: Count,
}

impl<T> Page<T> {
    /// The same page of what each becomes.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        let items = self.items.into_iter().map(each).collect();
        Page { items, next_cursor: self.next_cursor, count: self.count }
    }
}

/// Which of a list, in which order: what the address of the list holds, on the page and in the HTTP API.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListQuery {
    /// A part of a name; empty is any.
    pub q: String,
    /// After `-` downwards; empty is the order that the list has by itself.
    pub sort: String,
    /// The `next_cursor` of the page before; empty is the first page.
    pub cursor: String,
    pub limit: Option<i64>,
    /// Name and value of each filter; an empty value is any.
    pub filters: Vec<(String, String)>,
}

impl ListQuery {
    /// The value of a filter; empty is any.
    pub fn filter(&self, name: &str) -> &str {
        self.filters.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The same list, narrowed.
    #[must_use]
    pub fn with(mut self, filter: &str, value: impl Into<String>) -> ListQuery {
        self.filters.push((filter.to_owned(), value.into()));
        self
    }
}

/// How many rows match in all, counted up to a limit: in JSON `2013` or `"10000+"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    Exactly(i64),
    /// Counting stopped there, or a search stopped looking: as many at least.
    MoreThan(i64),
}

/// Where counting stops.
pub const COUNT_LIMIT: i64 = 10_000;

impl Count {
    /// From a count that was stopped at `COUNT_LIMIT + 1`.
    pub fn capped(counted: i64) -> Count {
        if counted > COUNT_LIMIT { Count::MoreThan(COUNT_LIMIT) } else { Count::Exactly(counted) }
    }

    /// As many at least.
    pub fn least(self) -> i64 {
        match self {
            Count::Exactly(n) | Count::MoreThan(n) => n,
        }
    }

    /// Where a search stopped looking, there may be more.
    #[must_use]
    pub fn at_least_if(self, stopped: bool) -> Count {
        match self {
            Count::Exactly(n) if stopped => Count::MoreThan(n),
            count => count,
        }
    }

    /// As people read it: `2,013` or `10,000+`.
    pub fn text(self) -> String {
        match self {
            Count::Exactly(n) => thousands(n),
            Count::MoreThan(n) => format!("{}+", thousands(n)),
        }
    }
}

/// `1234567` as `1,234,567`.
pub fn thousands(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stop_at_ten_thousand() {
        assert_eq!(serde_json::to_string(&Count::capped(10_001)).unwrap(), "\"10000+\"");
        assert_eq!(serde_json::to_string(&Count::capped(10_000)).unwrap(), "10000");
        assert_eq!(Count::capped(10_001).text(), "10,000+");
        assert_eq!(serde_json::from_str::<Count>("\"10000+\"").unwrap(), Count::MoreThan(10_000));
    }
}
