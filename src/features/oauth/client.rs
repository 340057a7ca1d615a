//! How a client proves itself (RFC 6749 §2.3): `client_secret_basic` or `client_secret_post`, one of the two.

use super::error::OauthError;
use crate::error::AppError;
use crate::server::identity::{Client, find_client};
use crate::server::token::{self, TokenKind};
use crate::server::{AppState, Call, Reason, refusal_log};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The fields of a form, each given once (RFC 6749 §3.2).
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    pub fn read(media: &str, body: &[u8]) -> Result<Fields, OauthError> {
        if media.split(';').next().unwrap_or_default().trim() != "application/x-www-form-urlencoded" {
            return Err(OauthError::InvalidRequest("Send the parameters as application/x-www-form-urlencoded."));
        }
        let mut fields = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            if value.contains('\0') {
                return Err(OauthError::InvalidRequest("U+0000 isn't allowed here."));
            }
            // A parameter without a value counts as left out.
            if !value.is_empty() && fields.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(OauthError::InvalidRequest("A parameter was sent twice."));
            }
        }
        Ok(Fields(fields))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// What a client says of itself.
#[derive(Debug, PartialEq, Eq)]
struct ClientCredentials {
    client_id: String,
    secret: String,
}

fn claimed(headers: &HeaderMap, fields: &Fields) -> Result<ClientCredentials, OauthError> {
    let mut authorizations = headers.get_all(header::AUTHORIZATION).iter();
    let authorization = authorizations.next();
    if authorizations.next().is_some() {
        return Err(OauthError::InvalidRequest("Authorization was sent twice."));
    }
    let by_form = fields.get("client_secret");
    match (authorization, by_form) {
        (Some(_), Some(_)) => Err(OauthError::InvalidRequest(
            "Send the client's secret in one way: as Basic authentication or in the form.",
        )),
        (Some(value), None) => {
            let claimed = basic(value.to_str().unwrap_or_default()).ok_or(OauthError::InvalidClient)?;
            if fields.get("client_id").is_some_and(|id| id != claimed.client_id) {
                return Err(OauthError::InvalidRequest("Two different client IDs were sent."));
            }
            Ok(claimed)
        }
        (None, Some(secret)) => {
            let client_id = fields.get("client_id").ok_or(OauthError::InvalidRequest("client_id is missing."))?;
            Ok(ClientCredentials { client_id: client_id.to_owned(), secret: secret.to_owned() })
        }
        (None, None) => Err(OauthError::InvalidClient),
    }
}

/// `Basic` with both parts form-encoded before (RFC 6749 §2.3.1).
fn basic(text: &str) -> Option<ClientCredentials> {
    let (scheme, encoded) = text.split_once(' ')?;
    let pair = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let pair = String::from_utf8(pair).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some(ClientCredentials { client_id: form_decoded(id)?, secret: form_decoded(secret)? })
}

fn form_decoded(text: &str) -> Option<String> {
    let line = format!("v={}", text.replace('&', "%26"));
    let decoded = url::form_urlencoded::parse(line.as_bytes()).next().map(|(_, value)| value.into_owned())?;
    (!decoded.contains('\0')).then_some(decoded)
}

/// The client that proved itself. An unknown client ID, a wrong secret and a disabled integration are one answer after
/// the same work: one hash and one look by the secret's hash, so that time tells nothing (RFC 6749 §10.10: guessing
/// 256 bits is hopeless, and who tries is told to wait).
pub async fn prove(
    state: &AppState,
    headers: &HeaderMap,
    fields: &Fields,
    address: IpAddr,
) -> Result<Client, OauthError> {
    let claimed = claimed(headers, fields)?;
    let now = state.now();
    if TokenKind::of(&claimed.secret) != Some(TokenKind::ClientSecret) {
        // Mistyped: known without a look into the database.
        refusal_log::wrong_secret(state, &claimed.client_id, address);
        state.wrong_secret(address)?;
        return Err(OauthError::InvalidClient);
    }
    let hash = token::hash(&claimed.secret);
    state.limits.may_ask(&hash, now)?;
    let is_its_own = |client: &Client| client.client_id == claimed.client_id;
    let client = match state.identities.client(&hash, now).filter(is_its_own) {
        Some(client) => client,
        None => {
            let look = state.look(address, &of_pair(&claimed)).await?;
            match find(state, &hash).await?.filter(is_its_own) {
                Some(client) => client,
                None => {
                    refusal_log::wrong_secret(state, &claimed.client_id, address);
                    return Err(look.none().map_or_else(OauthError::from, |()| OauthError::InvalidClient));
                }
            }
        }
    };
    state.limits.count(&client.actor.subject_id, &hash, now)?;
    Ok(client)
}

/// A right secret under a wrong client ID is wrong as a pair alone.
fn of_pair(claimed: &ClientCredentials) -> String {
    token::hash(&format!("{}\0{}", claimed.client_id, claimed.secret))
}

/// The client behind a live secret.
async fn find(state: &AppState, secret_hash: &str) -> Result<Option<Client>, AppError> {
    let now = state.now();
    let generation = state.identities.generation();
    let mut held = Call::system(state, Reason::Token).read().await?;
    let found = find_client(&mut held.conn(), secret_hash, now).await?;
    if let Some(client) = &found {
        state.identities.put_client(secret_hash, client, generation);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(authorization: &str, form: &str) -> Result<ClientCredentials, OauthError> {
        let mut headers = HeaderMap::new();
        if !authorization.is_empty() {
            headers.insert(header::AUTHORIZATION, authorization.parse().unwrap());
        }
        claimed(&headers, &Fields::read("application/x-www-form-urlencoded", form.as_bytes())?)
    }

    #[test]
    fn both_ways_are_understood_and_never_two_at_once() {
        let encoded = format!("Basic {}", STANDARD.encode("a%3Ab:s%2Bt"));
        let expected = ClientCredentials { client_id: "a:b".into(), secret: "s+t".into() };
        assert_eq!(by(&encoded, "").unwrap(), expected);
        assert_eq!(by(&encoded, "client_id=a%3Ab").unwrap(), expected);
        assert_eq!(by("", "client_id=a%3Ab&client_secret=s%2Bt").unwrap(), expected);
        for (authorization, form) in
            [(encoded.as_str(), "client_id=x"), (&encoded, "client_secret=x"), ("", "client_secret=x"), ("", "a=1&a=2")]
        {
            assert!(matches!(by(authorization, form), Err(OauthError::InvalidRequest(_))), "{authorization} {form}");
        }
        for authorization in ["Bearer dwt_x", "Basic !", "Basic YQ==", ""] {
            assert!(matches!(by(authorization, ""), Err(OauthError::InvalidClient)), "{authorization}");
        }
    }
}
