//! Guessing made slow (NIST SP 800-63B-4 §3.2.2, OWASP ASVS 5.0 §6.1.1 and §6.3.1), in memory and without a lock-out that
//! an outsider could cause.
//!
//! A name counts as it was typed, known or not, so that a refusal tells nothing about it. The address counts by its
//! prefix: IPv4 whole (/32), IPv6 by /64, the least that a subscriber gets. A browser that signed in to the name before
//! (its device cookie) spends a budget of its own and none of the others, so that nobody else can use it up.
//!
//! `check` takes one try out of every budget that applies *before* the password is compared: guesses sent at the same
//! time cannot all pass. `succeeded` gives back, `failed` keeps, `released` is for a try that was never compared.
//! A refused try costs nothing, so that waiting always helps.

mod counters;

pub use counters::{Limit, RateLimit};

use crate::types::Millis;
use counters::{Counters, lock};
use std::net::IpAddr;
use std::sync::Mutex;

const MINUTE: Millis = 60_000;
const DAY: Millis = 1440 * MINUTE;

/// The documented numbers of failed sign-ins.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// One name from one address prefix.
    pub name_at_prefix: Limit,
    /// The same over a day: one address alone never uses up `name`.
    pub name_at_prefix_daily: Limit,
    /// One name from everywhere without a device cookie.
    pub name: Limit,
    /// All names from one address prefix.
    pub prefix: Limit,
    /// One device that has signed in to the name before.
    pub device: Limit,
    /// All such devices of a name; with `name` it makes the 100 in a row that NIST allows an account.
    pub devices: Limit,
    /// Failures of all names from everywhere that are reported; more than one prefix can cause.
    pub detector: Limit,
    /// How many counters are kept, of about 50 bytes each.
    pub counters: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            name_at_prefix: Limit { tries: 10, window: 15 * MINUTE },
            name_at_prefix_daily: Limit { tries: 30, window: DAY },
            name: Limit { tries: 70, window: DAY },
            prefix: Limit { tries: 100, window: 15 * MINUTE },
            device: Limit { tries: 10, window: 15 * MINUTE },
            devices: Limit { tries: 30, window: DAY },
            detector: Limit { tries: 250, window: 5 * MINUTE },
            counters: 200_000,
        }
    }
}

/// Whether a failure was the one that makes them look like credential stuffing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Detector {
    Quiet,
    /// Told once per window, to be put into the audit log.
    Tripped,
}

/// The sign-in throttle of one node.
pub struct Throttle {
    limits: Limits,
    counters: Mutex<Counters>,
}

/// What a budget is for.
#[derive(Clone, Copy, Hash)]
enum For<'a> {
    NameAtPrefix(&'a str, u128),
    NameAtPrefixDaily(&'a str, u128),
    Name(&'a str),
    Prefix(u128),
    Device(&'a str, &'a str),
    Devices(&'a str),
    Everybody,
}

impl Throttle {
    pub fn new(limits: Limits) -> Throttle {
        Throttle { limits, counters: Mutex::new(Counters::new(limits.counters)) }
    }

    /// Takes one try, or says after how many seconds there is one again. `device` is only for a cookie that is known to
    /// have signed in to this very name.
    pub fn check(&self, name: &str, address: IpAddr, device: Option<&str>, now: Millis) -> Result<(), u32> {
        lock(&self.counters).take(&self.budgets(name, address, device), now)
    }

    /// The password was wrong: the try stays spent.
    pub fn failed(&self, now: Millis) -> Detector {
        let mut counters = lock(&self.counters);
        let used = counters.count(&For::Everybody, self.limits.detector.window, now);
        if used == self.limits.detector.tries { Detector::Tripped } else { Detector::Quiet }
    }

    /// The password was right: earlier failures of the name are forgotten (NIST SP 800-63B-4 §3.2.2), those of the
    /// prefix are not, or an attacker with an account would clear them between guesses.
    pub fn succeeded(&self, name: &str, address: IpAddr, device: Option<&str>) {
        let mut counters = lock(&self.counters);
        counters.forget(&For::Name(name));
        for (budget, _) in self.budgets(name, address, device) {
            match budget {
                For::Prefix(_) => counters.give_back(&budget),
                _ => counters.forget(&budget),
            }
        }
    }

    /// The try was not used: nothing was compared, because the server was busy or the request made no sense.
    pub fn released(&self, name: &str, address: IpAddr, device: Option<&str>) {
        let mut counters = lock(&self.counters);
        self.budgets(name, address, device).into_iter().for_each(|(budget, _)| counters.give_back(&budget));
    }

    fn budgets<'a>(&self, name: &'a str, address: IpAddr, device: Option<&'a str>) -> Vec<(For<'a>, Limit)> {
        let (limits, prefix) = (&self.limits, prefix(address));
        match device {
            Some(device) => vec![(For::Device(name, device), limits.device), (For::Devices(name), limits.devices)],
            None => vec![
                (For::NameAtPrefix(name, prefix), limits.name_at_prefix),
                (For::NameAtPrefixDaily(name, prefix), limits.name_at_prefix_daily),
                (For::Name(name), limits.name),
                (For::Prefix(prefix), limits.prefix),
            ],
        }
    }
}

/// One subscriber's part of an address.
pub fn prefix(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits() & !u128::from(u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ATTACKER: &str = "203.0.113.9";
    const OWNER: &str = "198.51.100.7";

    fn throttle() -> Throttle {
        Throttle::new(Limits::default())
    }

    impl Throttle {
        fn guess(&self, name: &str, address: &str, device: Option<&str>, now: Millis) -> Result<(), u32> {
            self.check(name, address.parse().unwrap(), device, now)
        }

        /// How many of `tries` guesses get through to the password.
        fn guesses(&self, tries: u32, name: &str, address: &str, now: Millis) -> usize {
            (0..tries).filter(|_| self.guess(name, address, None, now).is_ok()).count()
        }
    }

    #[test]
    fn of_1000_guesses_at_once_ten_reach_the_hash_and_the_rest_are_told_to_wait() {
        let throttle = throttle();
        assert_eq!(throttle.guesses(1000, "anna", ATTACKER, 0), 10);
        assert_eq!(throttle.guess("anna", ATTACKER, None, 1), Err(900));
        assert_eq!(throttle.guesses(1000, "anna", ATTACKER, 15 * MINUTE), 10);
    }

    #[test]
    fn one_address_never_locks_a_name_for_the_others() {
        let throttle = throttle();
        let reached: usize =
            (0..96).map(|quarter| throttle.guesses(100, "anna", ATTACKER, quarter * 15 * MINUTE)).sum();
        assert_eq!(reached, 30);
        assert_eq!(throttle.guess("anna", OWNER, None, 95 * 15 * MINUTE), Ok(()));
    }

    #[test]
    fn from_everywhere_a_name_takes_no_more_than_100_failures_in_a_row() {
        let throttle = throttle();
        let outside: usize = (0..200).map(|n| throttle.guesses(10, "anna", &format!("10.0.{n}.1"), 0)).sum();
        let devices = (0..200).filter(|n| throttle.guess("anna", OWNER, Some(&n.to_string()), 0).is_ok()).count();
        assert_eq!((outside, devices, outside + devices), (70, 30, 100));
    }

    #[test]
    fn the_owners_device_has_a_budget_that_outsiders_cannot_use_up() {
        let throttle = throttle();
        for n in 0..200 {
            throttle.guesses(10, "anna", &format!("10.0.{n}.1"), 0);
        }
        assert!(throttle.guess("anna", OWNER, None, 0).is_err());
        assert_eq!(throttle.guess("anna", ATTACKER, Some("known"), 0), Ok(()), "even behind the attacker's address");
        throttle.succeeded("anna", ATTACKER.parse().unwrap(), Some("known"));
        assert_eq!(throttle.guess("anna", OWNER, None, 0), Ok(()), "a success ends the row of failures");
    }

    #[test]
    fn one_guess_on_each_of_many_names_limits_the_address_also_through_ipv6_and_own_successes() {
        let throttle = throttle();
        let mut reached = 0;
        for n in 0..5000 {
            let address: IpAddr = format!("2001:db8::{n:x}").parse().unwrap();
            if throttle.check("mallory", address, None, 0).is_ok() {
                throttle.succeeded("mallory", address, None);
            }
            reached += usize::from(throttle.check(&format!("user{n}"), address, None, 0).is_ok());
        }
        assert_eq!(reached, 100);
        assert!(throttle.guess("somebody", "2001:db8::ffff:1", None, 0).is_err());
        assert_eq!(throttle.guess("somebody", "2001:db8:0:1::1", None, 0), Ok(()));
        assert_eq!(throttle.guesses(20, "x", "::ffff:10.1.1.1", 0) + throttle.guesses(20, "x", "10.1.1.1", 0), 10);
    }

    #[test]
    fn a_try_that_was_never_compared_is_given_back() {
        let throttle = throttle();
        for _ in 0..1000 {
            assert_eq!(throttle.guess("anna", OWNER, None, 0), Ok(()));
            throttle.released("anna", OWNER.parse().unwrap(), None);
        }
    }

    #[test]
    fn credential_stuffing_is_told_once_per_window() {
        let throttle = throttle();
        let told = |from: Millis| (0..1000).filter(|_| throttle.failed(from) == Detector::Tripped).count();
        assert_eq!((told(0), told(4 * MINUTE), told(6 * MINUTE)), (1, 0, 1));
        let limits = Limits::default();
        assert!(limits.detector.tries > 2 * limits.prefix.tries, "one address alone is no such case");
    }
}
