//! Client secrets: drafts, rotation, and what becomes of the tokens that were given for them.

use super::client_id::free_client_id;
use super::model::{ClientSecret, Draft, IntegrationRow, OVERLAPS};
use super::read;
use super::store;
use crate::access::Level;
use crate::db::{Conn, DbError, exec, row};
use crate::error::{AppError, FieldError};
use crate::rights;
use crate::rights::plan;
use crate::server::clock::{is_id, new_id};
use crate::server::token::{Secret, TokenKind};
use crate::server::{Call, Entry, Write};
use crate::types::{Millis, Topic, rfc3339};
use serde_json::json;

/// A generated secret waits so long for its integration.
const DRAFT_LIFE: Millis = 15 * 60_000;

/// One that takes over and one that leaves.
const MOST: usize = 2;

const TOPICS: [Topic; 3] = [Topic::Integrations, Topic::Access, Topic::Sessions];

/// What the store keeps of a secret.
pub struct SecretHash {
    pub hash: String,
    pub hint: String,
}

impl From<&Secret> for SecretHash {
    fn from(secret: &Secret) -> SecretHash {
        SecretHash { hash: secret.hash(), hint: secret.hint() }
    }
}

pub async fn insert(
    conn: &mut Conn<'_>,
    integration_id: &str,
    secret: &SecretHash,
    now: Millis,
) -> Result<String, DbError> {
    const INSERT: &str = "insert into client_secrets (id, integration_id, secret_hash, hint, created_at)
        values ($1, $2, $3, $4, $5)";
    let id = new_id(now);
    exec!(conn, INSERT, id.as_str(), integration_id, secret.hash.as_str(), secret.hint.as_str(), now)?;
    Ok(id)
}

/// Generates a secret for an integration that is still being typed: shown now, stored as a hash for fifteen minutes.
pub async fn draft(call: &Call) -> Result<Draft, AppError> {
    const INSERT: &str = "insert into secret_drafts (id, organization_id, user_id, secret_hash, hint, expires_at)
        values ($1, $2, $3, $4, $5, $6)";
    let secret = Secret::issue(TokenKind::ClientSecret);
    let mut write = rights::begin(call).await?;
    let now = write.now;
    let (id, stored, actor) = (new_id(now), SecretHash::from(&secret), call.actor());
    let mut conn = write.conn();
    // One at a time for each person, so that drafts cannot pile up.
    exec!(conn, "delete from secret_drafts where user_id = $1 or expires_at <= $2", &actor.subject_id, now)?;
    exec!(
        conn,
        INSERT,
        id.as_str(),
        &actor.organization_id,
        &actor.subject_id,
        stored.hash,
        stored.hint,
        now + DRAFT_LIFE
    )?;
    let entry = Entry::of(actor.company_id(), "integrations.draft", "integration", &id, "Generated secret");
    write.commit(vec![entry]).await?;
    Ok(Draft { id, client_secret: secret.expose().to_owned(), client_id: free_client_id() })
}

/// Takes the caller's own draft; none when it was used, or not used in time.
pub async fn take_draft(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<Option<SecretHash>, DbError> {
    const TAKE: &str = "delete from secret_drafts where id = $1 and user_id = $2 and organization_id = $3
        returning secret_hash, hint, expires_at";
    let actor = call.actor();
    let taken = row!(conn, (String, String, i64), TAKE, id, &actor.subject_id, &actor.organization_id)?;
    Ok(taken.filter(|(_, _, expires_at)| *expires_at > call.now()).map(|(hash, hint, _)| SecretHash { hash, hint }))
}

/// A second secret, valid beside the first for `overlap` hours; then the first and its tokens die.
pub async fn rotate(call: &Call, id: &str, overlap: i64) -> Result<ClientSecret, AppError> {
    if !OVERLAPS.iter().any(|(hours, _)| *hours == overlap) {
        let message = "Choose 0, 1, 24, 168 or 720 hours.";
        return Err(AppError::invalid(vec![FieldError::new("overlap_hours", "not_allowed", message)]));
    }
    let mut write = rights::begin(call).await?;
    let row = may_hand_out(call, &mut write, id).await?;
    let now = write.now;
    let live = store::secrets_of(&mut write.conn(), id, now).await?;
    if live.len() >= MOST && overlap > 0 {
        let message = "Two secrets are already active. Revoke one first, or choose no overlap.";
        return Err(AppError::conflict("two_secrets", message));
    }
    let secret = Secret::issue(TokenKind::ClientSecret);
    for old in &live {
        end(call, &mut write, id, &old.id, now + overlap * 3_600_000).await?;
    }
    let made = insert(&mut write.conn(), id, &SecretHash::from(&secret), now).await?;
    let before: Vec<&str> = live.iter().map(|secret| secret.hint.as_str()).collect();
    let entry =
        Entry::of(Some(&row.integration.company_id), "integrations.rotate", "integration", id, &row.integration.name)
            .before(json!({ "secrets": before }))
            .after(json!({ "secret": secret.hint(), "overlap_hours": overlap }))
            .tells(&TOPICS);
    let now_live = store::secrets_of(&mut write.conn(), id, now).await?;
    write.commit(vec![entry]).await?;
    let shown = now_live.into_iter().find(|row| row.id == made).ok_or_else(AppError::not_found)?;
    Ok(ClientSecret { client_secret: Some(secret.expose().to_owned()), ..shown })
}

/// Ends one secret now, with the tokens that were given for it. The last one stays: disable the integration instead.
pub async fn remove(call: &Call, id: &str, secret_id: &str) -> Result<(), AppError> {
    let mut write = rights::begin(call).await?;
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    let now = write.now;
    let live = store::secrets_of(&mut write.conn(), id, now).await?;
    let secret = live.iter().find(|secret| secret.id == secret_id && is_id(secret_id));
    let secret = secret.ok_or_else(AppError::not_found)?;
    if live.len() == 1 {
        let message = "This is the only secret. Create a new one, or disable the integration.";
        return Err(AppError::conflict("last_secret", message));
    }
    end(call, &mut write, id, secret_id, now).await?;
    // What is left alone stays for good.
    const STAYS: &str = "update client_secrets set expires_at = null where integration_id = $1 and id <> $2
        and expires_at > $3";
    exec!(write.conn(), STAYS, id, secret_id, now)?;
    let entry = Entry::of(
        Some(&row.integration.company_id),
        "integrations.end_secret",
        "integration",
        id,
        &row.integration.name,
    )
    .before(json!({ "secret": secret.hint, "expires_at": secret.expires_at }))
    .after(json!({ "secret": secret.hint, "expires_at": rfc3339(now) }))
    .tells(&TOPICS);
    write.commit(vec![entry]).await?;
    Ok(())
}

/// Lets a secret die at `at`; at once, its tokens too. A secret that ends earlier already stays with that.
async fn end(call: &Call, write: &mut Write, id: &str, secret_id: &str, at: Millis) -> Result<(), DbError> {
    const END: &str = "update client_secrets set expires_at = $2 where id = $1
        and (expires_at is null or expires_at > $2)";
    let now = write.now;
    exec!(write.conn(), END, secret_id, at)?;
    if at > now {
        return Ok(());
    }
    let by = &call.actor().subject_id;
    for token in store::end_tokens(&mut write.conn(), id, Some(secret_id), "secret_ended", by, now).await? {
        write.session_ended(&token, "secret_ended");
    }
    Ok(())
}

/// A secret is a way to all that the integration may do: only for whoever may do all of it.
async fn may_hand_out(call: &Call, write: &mut Write, id: &str) -> Result<IntegrationRow, AppError> {
    let row = read::find(call, &mut write.conn(), id, Level::Full).await?;
    let now = write.now;
    plan::may_give_all_of(&mut write.conn(), call.actor(), &[id], now).await?.map_err(|short| {
        let screen = short.screen.label();
        let message = format!("This integration has permissions on {screen} that you don't have.");
        AppError::forbidden("above_rights", message)
    })?;
    Ok(row)
}
