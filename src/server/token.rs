//! Secrets that travel: 256 random bits out, SHA-256 in the store.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A secret on its way to its owner. Not `Serialize`, not `Display`, redacted in `Debug`.
pub struct Secret(String);

impl Secret {
    /// 256 bits from the operating system, base64url.
    pub fn random() -> Secret {
        let mut bytes = [0; 32];
        super::clock::random(&mut bytes);
        Secret(URL_SAFE_NO_PAD.encode(bytes))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> String {
        hash(&self.0)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What the store keeps of a token. A fast hash is enough: 256 random bits cannot be guessed.
pub fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

/// Names one line of the log; no secret.
pub fn short_id() -> String {
    let mut bytes = [0; 9];
    super::clock::random(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
