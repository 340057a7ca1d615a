//! Small types that server and browser share.

use serde::{Deserialize, Serialize};

/// An instant in milliseconds since 1970 UTC.
pub type Millis = i64;

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

/// How many rows match in all, counted up to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "serde_json::Value", try_from = "serde_json::Value")]
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

impl From<Count> for serde_json::Value {
    fn from(count: Count) -> Self {
        match count {
            Count::Exactly(n) => n.into(),
            Count::MoreThan(n) => format!("{n}+").into(),
        }
    }
}

impl TryFrom<serde_json::Value> for Count {
    type Error = String;

    fn try_from(value: serde_json::Value) -> Result<Self, String> {
        if let Some(n) = value.as_i64() {
            return Ok(Count::Exactly(n));
        }
        let more = value.as_str().and_then(|text| text.strip_suffix('+')).and_then(|n| n.parse().ok());
        more.map(Count::MoreThan).ok_or_else(|| format!("{value} is no count"))
    }
}

/// Date and time of day in UTC, `2026-11-22 02:47`. Server and browser must print the same while hydrating.
pub fn utc(at: Millis) -> String {
    let (year, month, day) = civil(at.div_euclid(86_400_000));
    let seconds = at.rem_euclid(86_400_000) / 1000;
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", seconds / 3600, seconds / 60 % 60)
}

/// RFC 3339 in UTC with milliseconds, as the HTTP API writes times.
pub fn rfc3339(at: Millis) -> String {
    let rest = at.rem_euclid(60_000);
    format!("{}:{:02}.{:03}Z", utc(at).replace(' ', "T"), rest / 1000, rest % 1000)
}

/// Days since 1970-01-01 as year, month, day. A date library would cost the wasm more than these lines
/// (algorithm: H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_rfc_3339() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(1_709_210_096_789), "2024-02-29T12:34:56.789Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn counts_stop_at_ten_thousand() {
        assert_eq!(serde_json::to_string(&Count::capped(10_001)).unwrap(), "\"10000+\"");
        assert_eq!(serde_json::to_string(&Count::capped(10_000)).unwrap(), "10000");
        assert_eq!(Count::capped(10_001).text(), "10,000+");
        assert_eq!(serde_json::from_str::<Count>("\"10000+\"").unwrap(), Count::MoreThan(10_000));
    }
}
