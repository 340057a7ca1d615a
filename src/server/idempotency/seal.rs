//! What is kept of a request and its answer: nothing that can be read without the caller's own credential, of which the
//! database has a hash alone. An answer may hold a secret that is shown once.

use crate::server::clock::random;
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const NONCE: usize = 12;

/// Keys that a credential and an idempotency key give together (HKDF-SHA-256, RFC 5869).
pub struct Seal(Hkdf<Sha256>);

#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
}

impl Seal {
    /// `credential` is the cookie, token or key itself: 256 random bits.
    pub fn new(credential: &str, key: &str) -> Seal {
        // Neither holds U+0000.
        let material = format!("{credential}\0{key}");
        Seal(Hkdf::new(Some(b"doorward idempotency-key"), material.as_bytes()))
    }

    fn derived(&self, purpose: &[&[u8]]) -> [u8; 32] {
        let mut out = [0; 32];
        // 32 bytes are never too many for it, which is all that it can refuse.
        let filled = self.0.expand_multi_info(purpose, &mut out);
        debug_assert!(filled.is_ok());
        out
    }

    /// Under what the row is found.
    pub fn id(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.derived(&[b"id"]))
    }

    /// Of the parts of a request. Keyed, so that a password in its body cannot be tried out against it.
    pub fn fingerprint(&self, parts: &[&[u8]]) -> String {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        URL_SAFE_NO_PAD.encode(self.derived(&[b"request", &digest.finalize()]))
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&Key::from(self.derived(&[b"answer"])))
    }

    /// Encrypts under a fresh nonce: a key that ran out may come to seal another answer.
    pub fn close(&self, answer: &[u8]) -> Option<String> {
        let mut nonce = [0; NONCE];
        random(&mut nonce);
        let sealed = self.cipher().encrypt(&Nonce::from(nonce), answer).ok()?;
        Some(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    pub fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, text) = bytes.split_first_chunk::<NONCE>()?;
        self.cipher().decrypt(&Nonce::from(*nonce), text).ok()
    }
}

/// An answer as bytes: one line of JSON with status and headers, then its body as it is.
pub fn written(status: StatusCode, headers: &http::HeaderMap, body: &[u8]) -> Vec<u8> {
    let kept = headers.iter().filter(|(name, _)| **name != header::CONTENT_LENGTH);
    let headers = kept.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned()))).collect();
    let mut out = serde_json::to_vec(&Head { status: status.as_u16(), headers }).unwrap_or_default();
    out.push(b'\n');
    out.extend_from_slice(body);
    out
}

pub fn read(bytes: &[u8]) -> Option<Response> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
    let mut response = Bytes::copy_from_slice(&bytes[end + 1..]).into_response();
    *response.status_mut() = StatusCode::from_u16(head.status).ok()?;
    response.headers_mut().clear();
    for (name, value) in head.headers {
        let (name, value) = (HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
        response.headers_mut().append(name, value);
    }
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_credential_and_key_open_what_was_sealed() {
        let seal = Seal::new("dwt_token", "k1");
        let sealed = seal.close(b"client_secret").unwrap();
        assert_eq!(Seal::new("dwt_token", "k1").open(&sealed).unwrap(), b"client_secret");
        for other in [Seal::new("dwt_token", "k2"), Seal::new("dwt_other", "k1"), Seal::new("dwt_token\0k", "1")] {
            assert!(other.open(&sealed).is_none());
            assert_ne!(other.id(), seal.id());
        }
        assert_ne!(seal.close(b"client_secret").unwrap(), sealed, "never twice under one nonce");
        let mut altered = sealed.into_bytes();
        altered[40] = if altered[40] == b'A' { b'B' } else { b'A' };
        assert!(seal.open(std::str::from_utf8(&altered).unwrap()).is_none());
    }

    #[test]
    fn fingerprint_tells_where_one_part_ends() {
        let seal = Seal::new("dwt_token", "k1");
        assert_ne!(seal.fingerprint(&[b"ab", b"c"]), seal.fingerprint(&[b"a", b"bc"]));
        assert_eq!(seal.fingerprint(&[b"ab", b"c"]), seal.fingerprint(&[b"ab", b"c"]));
        assert_ne!(seal.fingerprint(&[b"a"]), Seal::new("dwt_token", "k2").fingerprint(&[b"a"]));
    }
}
