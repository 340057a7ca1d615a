//! Instants, and how they are written. A date library would cost the wasm more than these lines.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in milliseconds since 1970 UTC.
pub type Millis = i64;

/// An instant of a thing as console and HTTP API speak of it: RFC 3339 in JSON, milliseconds in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(transparent))]
pub struct Instant(pub Millis);

/// Said of a text that is no instant.
pub const NOT_AN_INSTANT: &str = "Use an RFC 3339 time, for example 2027-06-30T22:00:00Z.";

impl From<Millis> for Instant {
    fn from(at: Millis) -> Instant {
        Instant(at)
    }
}

impl From<Instant> for Millis {
    fn from(instant: Instant) -> Millis {
        instant.0
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&rfc3339(self.0))
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_rfc3339(&text).map(Instant).ok_or_else(|| D::Error::custom(NOT_AN_INSTANT))
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

/// Days since 1970-01-01 as year, month, day (algorithm: H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days).
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

/// An RFC 3339 time with its offset, as the HTTP API takes it; to the millisecond. None for anything else.
pub fn parse_rfc3339(text: &str) -> Option<Millis> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let (clock, rest) = (rest.get(1..9)?, rest.get(9..)?);
    if !matches!(text.as_bytes()[10], b'T' | b't' | b' ') {
        return None;
    }
    let (year, month, day) = (number(date, 0, 4)?, number(date, 5, 2)?, number(date, 8, 2)?);
    let (hour, minute, second) = (number(clock, 0, 2)?, number(clock, 3, 2)?, number(clock, 6, 2)?);
    let marks = |text: &str, mark: u8, at: [usize; 2]| at.iter().all(|at| text.as_bytes()[*at] == mark);
    let real = (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month) && hour < 24 && minute < 60;
    if !(real && second < 60 && marks(date, b'-', [4, 7]) && marks(clock, b':', [2, 5])) {
        return None;
    }
    let digits = rest.strip_prefix('.').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    let zone = if rest.starts_with('.') { rest.get(1 + digits..).filter(|_| digits > 0)? } else { rest };
    let fraction = rest.get(1..1 + digits.min(3)).map_or(0, |part| format!("{part:0<3}").parse().unwrap_or(0));
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute - offset(zone)?) * 60 + second;
    Some(seconds * 1000 + fraction)
}

fn number(text: &str, at: usize, digits: usize) -> Option<i64> {
    let part = text.get(at..at + digits)?;
    part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
}

/// `Z` or `+02:00`, in minutes east.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes() {
        b"Z" | b"z" => return Some(0),
        [b'+', _, _, b':', _, _] => 1,
        [b'-', _, _, b':', _, _] => -1,
        _ => return None,
    };
    let (hours, minutes) = (number(zone, 1, 2)?, number(zone, 4, 2)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn days_in(year: i64, month: i64) -> i64 {
    let (after, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days(after, next, 1) - days(year, month, 1)
}

/// Days since 1970-01-01 (H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let year_of_era = shifted.rem_euclid(400);
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
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
    fn times_that_are_written_are_read_again() {
        for at in [0, 1_709_210_096_789, 951_782_399_999, 951_868_800_000, 253_402_300_799_999, 4_107_542_400_000] {
            assert_eq!(parse_rfc3339(&rfc3339(at)), Some(at), "{}", rfc3339(at));
        }
        for day in 0..150_000 {
            assert_eq!(parse_rfc3339(&rfc3339(day * 86_400_000)), Some(day * 86_400_000));
        }
    }

    #[test]
    fn offsets_count_and_what_is_no_time_is_none() {
        let at = parse_rfc3339("2027-06-30T22:00:00Z");
        for same in [
            "2027-07-01T00:00:00+02:00",
            "2027-06-30T16:30:00.000-05:30",
            "2027-06-30t22:00:00z",
            "2027-06-30 22:00:00.0Z",
        ] {
            assert_eq!(parse_rfc3339(same), at, "{same}");
        }
        assert_eq!(parse_rfc3339("2027-06-30T22:00:00.1239Z"), at.map(|at| at + 123));
        for wrong in [
            "",
            "2027-06-30",
            "2027-06-30T22:00:00",
            "2027-02-29T22:00:00Z",
            "2027-13-01T22:00:00Z",
            "2027-06-31T22:00:00Z",
            "2027-06-30T24:00:00Z",
            "2027-06-30T22:60:00Z",
            "2027-06-30T22:00:60Z",
            "2027-06-30T22:00:00.Z",
            "2027-06-30T22:00:00+2:00",
            "2027-06-30T22:00:00Zx",
            "2027/06/30T22:00:00Z",
            "2027-06-30T22.00.00Z",
            "+027-06-30T22:00:00Z",
            "2027-06-30T22:00:00+24:00",
            "2027-06-30x22:00:00Z",
            "2027-06-３0T22:00:00Z",
            "tomorrow",
        ] {
            assert_eq!(parse_rfc3339(wrong), None, "{wrong}");
        }
    }
}
