//! How many connections each caller holds open on this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Clone, Default)]
pub struct Seats(Arc<Mutex<HashMap<String, usize>>>);

/// Free again when it is dropped.
pub struct Seat {
    seats: Seats,
    who: String,
}

impl Seats {
    fn taken(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        // A panic elsewhere leaves whole numbers behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// None when `who` holds `most` already.
    pub fn take(&self, who: &str, most: usize) -> Option<Seat> {
        let mut taken = self.taken();
        let count = taken.entry(who.to_owned()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Seat { seats: self.clone(), who: who.to_owned() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        if let Some(count) = taken.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_free_again_once_it_is_left_and_nothing_is_kept_of_it() {
        let seats = Seats::default();
        let first = seats.take("anna", 1);
        assert!(first.is_some() && seats.take("anna", 1).is_none() && seats.take("ben", 1).is_some());
        drop(first);
        assert!(seats.taken().is_empty() && seats.take("anna", 1).is_some());
    }
}
