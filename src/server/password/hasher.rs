//! Argon2id behind a bounded queue (RFC 9106; OWASP ASVS 5.0 §11.4.2 and appendix C).

use super::policy::{MAX, MAX_BYTES};
use crate::error::{AppError, FieldError};
use crate::server::clock::{Clock, SystemClock, new_id, random};
use argon2::password_hash::phc::{self, Output};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHasher, Version};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Semaphore;

/// What a client is told to wait when the queue is full: longer than a full queue takes.
const BUSY_SECONDS: u32 = 2;

const SALT_BYTES: usize = 16;

/// What one hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    /// The least that OWASP ASVS 5.0 appendix C allows with one pass: 46 MiB.
    pub const STANDARD: Cost = Cost { memory_kib: 47_104, passes: 1, lanes: 1 };

    /// For tests that are not about cost.
    pub const TEST: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

    fn params(self) -> Result<Params, argon2::Error> {
        Params::new(self.memory_kib, self.passes, self.lanes, None)
    }

    fn of(params: &Params) -> Cost {
        Cost { memory_kib: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() }
    }
}

/// A password as it is stored: a PHC string. Not `Serialize`, not `Display`, redacted in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// For the store, and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// What a comparison found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    /// `needs_rehash`: stored at another cost than today's; hash what was typed again (OWASP ASVS 5.0 §11.2.2).
    Right {
        needs_rehash: bool,
    },
}

/// Fills a buffer with random bytes.
type Entropy = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Hashes and compares passwords: at most `cores` at a time, so that memory and the rest of the server stay bounded, and
/// at most `queue` waiting; past it the answer is 503 at once (promise 12).
pub struct Hasher {
    cost: Cost,
    entropy: Entropy,
    admitted: Arc<Semaphore>,
    cores: Arc<Semaphore>,
    calls: AtomicU64,
    #[cfg(test)]
    places: usize,
}

impl Hasher {
    /// Salts come from the operating system.
    pub fn new(cost: Cost, cores: usize, queue: usize) -> Hasher {
        Hasher::with_entropy(cost, cores, queue, random)
    }

    pub fn with_entropy(
        cost: Cost,
        cores: usize,
        queue: usize,
        entropy: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Hasher {
        Hasher {
            cost,
            entropy: Arc::new(entropy),
            admitted: Arc::new(Semaphore::new(cores + queue)),
            cores: Arc::new(Semaphore::new(cores)),
            calls: AtomicU64::new(0),
            #[cfg(test)]
            places: cores + queue,
        }
    }

    /// How often Argon2 was asked for, for metrics and tests.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Hashes a password that the policy let pass.
    pub async fn hash(&self, password: String) -> Result<PasswordHash, AppError> {
        if password.len() > MAX_BYTES {
            let message = format!("Use at most {MAX} characters.");
            return Err(AppError::invalid(vec![FieldError::new("password", "too_long", message)]));
        }
        let params = self.cost.params().map_err(internal)?;
        let entropy = Arc::clone(&self.entropy);
        let hash = self.run(move || {
            let mut salt = [0; SALT_BYTES];
            entropy(&mut salt);
            derive(&password, &salt, params)
        });
        Ok(PasswordHash(hash.await?.map_err(internal)?.to_string()))
    }

    /// Compares a password with what is stored. Without anything stored (an unknown user, an account without a password)
    /// it does the same work and answers `Wrong`, so that time tells nothing (OWASP ASVS 5.0 §6.3.8).
    pub async fn verify(&self, password: String, stored: Option<&str>) -> Result<Verdict, AppError> {
        // No password was ever set that long, whoever it is for.
        if password.len() > MAX_BYTES {
            return Ok(Verdict::Wrong);
        }
        let target = match stored.and_then(Target::read) {
            Some(target) => target,
            None => Target::nobody(self.cost.params().map_err(internal)?),
        };
        let needs_rehash = Cost::of(&target.params) != self.cost;
        let is_right = self.run(move || target.matches(&password)).await?.map_err(internal)?;
        Ok(if is_right { Verdict::Right { needs_rehash } } else { Verdict::Wrong })
    }

    /// Lets no hash begin until it is dropped, for tests of what happens meanwhile.
    #[cfg(test)]
    pub async fn pause(&self) -> tokio::sync::OwnedSemaphorePermit {
        let all = u32::try_from(self.cores.available_permits()).unwrap();
        Arc::clone(&self.cores).acquire_many_owned(all).await.unwrap()
    }

    /// How many hashes wait or run.
    #[cfg(test)]
    pub fn under_way(&self) -> usize {
        self.places - self.admitted.available_permits()
    }

    /// Runs Argon2 off the async threads. Both permits travel with the work: a client that hangs up frees its place when
    /// the work ends, not before.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let place = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| AppError::busy(BUSY_SECONDS))?;
        let core = Arc::clone(&self.cores).acquire_owned().await.map_err(internal)?;
        self.calls.fetch_add(1, Ordering::Relaxed);
        let job = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((core, place));
            done
        });
        job.await.map_err(internal)
    }
}

/// What a password is compared with.
struct Target {
    params: Params,
    salt: Vec<u8>,
    /// None: nothing matches.
    expected: Option<Output>,
}

impl Target {
    /// None when it is no Argon2id hash; that is logged, and nobody signs in with it.
    fn read(stored: &str) -> Option<Target> {
        let target = phc::PasswordHash::new(stored).ok().and_then(|hash| {
            let known = hash.algorithm == ARGON2ID_IDENT && hash.version == Some(Version::V0x13.into());
            let params = Params::try_from(&hash).ok().filter(|_| known)?;
            Some(Target { params, salt: hash.salt?.to_vec(), expected: Some(hash.hash?) })
        });
        if target.is_none() {
            tracing::error!("a stored password hash cannot be read");
        }
        target
    }

    fn nobody(params: Params) -> Target {
        Target { params, salt: vec![0; SALT_BYTES], expected: None }
    }

    fn matches(self, password: &str) -> argon2::password_hash::Result<bool> {
        let derived = derive(password, &self.salt, self.params)?;
        // `Output` compares in constant time.
        Ok(self.expected.is_some() && self.expected == derived.hash)
    }
}

fn derive(password: &str, salt: &[u8], params: Params) -> argon2::password_hash::Result<phc::PasswordHash> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_with_salt(password.as_bytes(), salt)
}

fn internal(error: impl std::fmt::Display) -> AppError {
    let id = new_id(SystemClock.now());
    tracing::error!(request_id = %id, %error, "hashing a password failed");
    AppError::internal(&id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use std::sync::mpsc;
    use std::sync::{Mutex, PoisonError};

    const PASSWORD: &str = "correct horse battery staple";

    fn hasher() -> Hasher {
        Hasher::new(Cost::TEST, 2, 8)
    }

    #[tokio::test]
    async fn exactly_what_was_set_signs_in() {
        let hasher = hasher();
        let longest = "ß".repeat(128);
        let pairs = [
            (" blank at both ends ".to_owned(), "blank at both ends".to_owned()),
            ("composed: \u{fc}".to_owned(), "composed: u\u{308}".to_owned()),
            ("🦀🚪🔑".to_owned(), "🦀🚪🗝".to_owned()),
            (longest.clone(), format!("{}s", "ß".repeat(127))),
            (longest.clone(), format!("{longest}ß")),
        ];
        for (set, other) in pairs {
            let hash = hasher.hash(set.clone()).await.unwrap();
            assert_eq!(hasher.verify(set, Some(hash.expose())).await.unwrap(), Verdict::Right { needs_rehash: false });
            assert_eq!(hasher.verify(other, Some(hash.expose())).await.unwrap(), Verdict::Wrong);
        }
    }

    #[tokio::test]
    async fn the_standard_cost_is_what_owasp_asks_for() {
        let hasher = Hasher::new(Cost::STANDARD, 1, 0);
        let hash = hasher.hash(PASSWORD.to_owned()).await.unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=47104,t=1,p=1$"));
    }

    #[tokio::test]
    async fn salts_differ_and_hashes_do_not_show() {
        let hasher = hasher();
        let (a, b) = (hasher.hash(PASSWORD.to_owned()).await.unwrap(), hasher.hash(PASSWORD.to_owned()).await.unwrap());
        assert_ne!(a.expose(), b.expose());
        assert_eq!(format!("{a:?}"), "PasswordHash(…)");
    }

    #[tokio::test]
    async fn a_hash_at_another_cost_still_signs_in_and_asks_to_be_renewed() {
        let old = hasher().hash(PASSWORD.to_owned()).await.unwrap();
        let raised = Hasher::new(Cost { memory_kib: 16, ..Cost::TEST }, 1, 0);
        let verdict = raised.verify(PASSWORD.to_owned(), Some(old.expose())).await.unwrap();
        assert_eq!(verdict, Verdict::Right { needs_rehash: true });
    }

    #[tokio::test]
    async fn nobody_costs_one_hash_as_everybody_does() {
        let hasher = hasher();
        for stored in [None, Some(""), Some("$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")]
        {
            let before = hasher.calls();
            assert_eq!(hasher.verify(PASSWORD.to_owned(), stored).await.unwrap(), Verdict::Wrong);
            assert_eq!(hasher.calls(), before + 1);
        }
    }

    #[tokio::test]
    async fn a_megabyte_is_refused_without_hashing() {
        let hasher = hasher();
        let long = "x".repeat(1_000_000);
        assert_eq!(hasher.hash(long.clone()).await.unwrap_err().kind, Kind::Invalid);
        assert_eq!(hasher.verify(long, None).await.unwrap(), Verdict::Wrong);
        assert_eq!(hasher.calls(), 0);
    }

    #[tokio::test]
    async fn past_the_queue_the_answer_is_busy_at_once_and_places_come_back() {
        let (open, gate) = mpsc::channel::<()>();
        let gate = Mutex::new(gate);
        let hasher = Hasher::with_entropy(Cost::TEST, 1, 1, move |_: &mut [u8]| {
            gate.lock().unwrap_or_else(PoisonError::into_inner).recv().unwrap();
        });
        let shed = async {
            // A place too many would wait for ever instead.
            let late = tokio::time::timeout(std::time::Duration::from_secs(5), hasher.hash(PASSWORD.to_owned())).await;
            let shed = late.unwrap().unwrap_err();
            open.send(()).unwrap();
            open.send(()).unwrap();
            shed
        };
        let (running, waiting, shed) =
            tokio::join!(biased; hasher.hash(PASSWORD.to_owned()), hasher.hash(PASSWORD.to_owned()), shed);
        assert!(running.is_ok() && waiting.is_ok());
        assert_eq!((shed.kind, shed.retry_after), (Kind::Busy, Some(BUSY_SECONDS)));
        assert_eq!(hasher.calls(), 2);
        open.send(()).unwrap();
        assert!(hasher.hash(PASSWORD.to_owned()).await.is_ok());
    }
}
