//! Time and randomness as parameters, so that tests own both.

use crate::types::Millis;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub trait Clock: Send + Sync {
    fn now(&self) -> Millis;
}

/// The wall clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Millis {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is moved.
#[derive(Default)]
pub struct SetClock(AtomicI64);

impl SetClock {
    pub fn at(now: Millis) -> Arc<SetClock> {
        Arc::new(SetClock(AtomicI64::new(now)))
    }

    pub fn advance(&self, by: Millis) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }
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

/// Fills a buffer with bytes from the operating system; ends the process if there are none, as nothing safe can follow.
pub fn random(buffer: &mut [u8]) {
    if let Err(error) = getrandom::fill(buffer) {
        tracing::error!(%error, "the operating system gives no random bytes");
        std::process::abort();
    }
}

/// A UUIDv7 (RFC 9562 §5.7) for `now`: sorts by time, so that new rows land at the end of an index.
pub fn new_id(now: Millis) -> String {
    let mut bytes = [0; 10];
    random(&mut bytes);
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(now).unwrap_or(0), &bytes).into_uuid().to_string()
}

/// Whether `text` has the form of an id. Anything else can be answered without asking the database.
pub fn is_id(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::rfc3339;

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
