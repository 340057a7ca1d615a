//! Secrets that travel: 256 random bits out, SHA-256 in the store.

use crate::error::FieldError;
use crate::types::{Instant, Millis};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What a secret opens. Its prefix says so, to people and to those who scan for leaked ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// What an integration trades its client secret for.
    Access,
    ClientSecret,
    /// A person's own key for the HTTP API.
    ApiKey,
    /// What an API user asks with.
    ApiUser,
}

impl TokenKind {
    const ALL: [TokenKind; 4] = [TokenKind::Access, TokenKind::ClientSecret, TokenKind::ApiKey, TokenKind::ApiUser];

    pub(super) fn prefix(self) -> &'static str {
        match self {
            TokenKind::Access => "dwt_",
            TokenKind::ClientSecret => "dws_",
            TokenKind::ApiKey => "dwk_",
            TokenKind::ApiUser => "dwu_",
        }
    }

    pub(super) fn of_prefix(prefix: &str) -> Option<TokenKind> {
        TokenKind::ALL.into_iter().find(|kind| kind.prefix() == prefix)
    }

    /// Begins like a secret of ours, whether it is one or was mistyped.
    pub fn begins(text: &str) -> bool {
        TokenKind::ALL.into_iter().any(|kind| text.starts_with(kind.prefix()))
    }

    /// What kind of secret this is; none when it was mistyped, cut off or never ours. Nothing is looked up for that.
    pub fn of(text: &str) -> Option<TokenKind> {
        let kind = TokenKind::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))?;
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(kind.prefix())?).ok()?;
        let (random, check) = bytes.split_at_checked(RANDOM)?;
        (check == checksum(kind, random)).then_some(kind)
    }
}

/// The last instant with a year of four digits, which RFC 3339 can write.
const LATEST: Millis = 253_402_300_799_999;

/// Refuses an end that no secret can have; none is without end.
pub fn check_end(now: Millis, expires_at: Option<Instant>) -> Result<(), FieldError> {
    match expires_at {
        Some(at) if at.0 <= now || at.0 > LATEST => {
            let message = "This date is in the past. Choose a later one, or leave it empty.";
            Err(FieldError::new("expires_at", "not_allowed", message))
        }
        _ => Ok(()),
    }
}

const RANDOM: usize = 32;
const CHECK: usize = 4;

fn checksum(kind: TokenKind, random: &[u8]) -> [u8; CHECK] {
    let digest = Sha256::new().chain_update(kind.prefix()).chain_update(random).finalize();
    let mut check = [0; CHECK];
    check.copy_from_slice(&digest[..CHECK]);
    check
}

/// A secret on its way to its owner. Not `Serialize`, not `Display`, redacted in `Debug`.
pub struct Secret(String);

impl Secret {
    /// 256 bits from the operating system, base64url.
    pub fn random() -> Secret {
        let mut bytes = [0; RANDOM];
        super::clock::random(&mut bytes);
        Secret(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// 256 bits behind a prefix and before a checksum.
    pub fn issue(kind: TokenKind) -> Secret {
        let mut random = [0; RANDOM];
        super::clock::random(&mut random);
        let text = URL_SAFE_NO_PAD.encode([&random[..], &checksum(kind, &random)].concat());
        Secret(format!("{}{text}", kind.prefix()))
    }

    /// The prefix and four characters: enough for people to tell two apart, too few to guess the rest.
    pub fn hint(&self) -> String {
        self.0.chars().take(8).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_secret_is_known_without_looking_it_up() {
        for kind in TokenKind::ALL {
            let secret = Secret::issue(kind);
            let text = secret.expose();
            assert_eq!(TokenKind::of(text), Some(kind), "{text}");
            for at in 0..text.len() {
                let mut mistyped = text.to_owned().into_bytes();
                mistyped[at] = if mistyped[at] == b'A' { b'B' } else { b'A' };
                assert_eq!(TokenKind::of(std::str::from_utf8(&mistyped).unwrap()), None, "position {at}");
            }
            assert_eq!((TokenKind::of(&text[..text.len() - 1]), TokenKind::of(&format!("{text}A"))), (None, None));
        }
        assert_eq!(TokenKind::of(Secret::random().expose()), None);
        let other = Secret::issue(TokenKind::Access).expose().replacen("dwt_", "dws_", 1);
        assert_eq!(TokenKind::of(&other), None, "the prefix is in the checksum");
    }
}
