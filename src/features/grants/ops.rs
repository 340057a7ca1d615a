//! Giving one grant and taking it away, with a beginning and an end, for whoever can have one.

use super::model::{Grant, NewGrant, REASON_MAX, VERSION};
pub use super::store::LISTING;
use super::store::{self, GrantRow};
use crate::access::{DeviceRight, Gift, Level, Levels, Need, may_give};
use crate::db::Conn;
use crate::error::{AppError, FieldError, Kind};
use crate::features::profiles;
use crate::rights::plan::not_yours;
use crate::rights::store::{self as grants, Rights, Term};
use crate::rights::subject::{Subject, SubjectKind};
use crate::rights::{self, keep_an_administrator};
use crate::server::clock::is_id;
use crate::server::{Call, Entry, text};
use crate::types::{Instant, ListQuery, Millis, Page};
use serde_json::json;

/// As many as the form of a user gives.
const MOST: i64 = 1_000;

/// One page of the grants of all subjects that the caller may see.
pub async fn list(call: &Call, query: &ListQuery) -> Result<Page<Grant>, AppError> {
    let wanted = LISTING.understand(query)?;
    let kind = SubjectKind::from_code(wanted.value("subject_kind"));
    if let Some(kind) = kind {
        call.require(&Need::read(kind.screen())).await?;
    }
    let mut held = call.read().await?;
    let conn = &mut held.conn();
    let [rows, count] = store::within_reach(call.actor(), kind);
    let page = wanted.page(call, conn, rows, count).await?;
    Ok(Page { items: shown_as(conn, page.items, call.now()).await?, next_cursor: page.next_cursor, count: page.count })
}

pub async fn get(call: &Call, id: &str) -> Result<Grant, AppError> {
    let mut held = call.read().await?;
    Ok(find(call, &mut held.conn(), id, Level::Read).await?.0)
}

/// A grant whose subject the caller may read, or with `Level::Full` write.
async fn find(call: &Call, conn: &mut Conn<'_>, id: &str, level: Level) -> Result<(Grant, Subject), AppError> {
    let row = if is_id(id) { store::find(conn, call.organization_id(), id).await? } else { None };
    let grant = shown_as(conn, row.into_iter().collect(), call.now()).await?.pop().ok_or_else(AppError::not_found)?;
    let subject = grant.subject_kind.find(call, conn, &grant.subject_id, level).await?;
    Ok((grant, subject))
}

async fn shown_as(conn: &mut Conn<'_>, rows: Vec<GrantRow>, now: Millis) -> Result<Vec<Grant>, AppError> {
    let own: Vec<&str> = rows.iter().filter(|row| row.profile_id.is_none()).map(|row| row.id.as_str()).collect();
    let mut levels = store::levels(conn, &own).await?;
    let shown = rows.into_iter().filter_map(|row| {
        let levels = row.profile_id.is_none().then(|| levels.remove(&row.id).unwrap_or_default());
        Some(Grant {
            subject_kind: SubjectKind::from_code(&row.subject_kind)?,
            active: row.is_live(now),
            levels,
            id: row.id,
            subject_id: row.subject_id,
            profile_id: row.profile_id,
            place_id: row.place_id,
            device_right: row.device_right.as_deref().and_then(DeviceRight::from_code),
            from: row.from_at.map(Instant),
            until: row.until_at.map(Instant),
            reason: row.reason,
            given_by: row.given_by,
            created_at: row.created_at.into(),
            version: VERSION,
        })
    });
    Ok(shown.collect())
}

pub async fn create(call: &Call, new: NewGrant) -> Result<Grant, AppError> {
    let mut errors = Vec::new();
    let (from, until) = times(&new, call.now(), &mut errors);
    let reason = text::line("reason", &new.reason, false, REASON_MAX);
    let reason = reason.map_err(|error| errors.push(error)).unwrap_or_default();
    let mut write = rights::begin(call).await?;
    let kind = new.subject_kind;
    let subject = kind.find(call, &mut write.conn(), &new.subject_id, Level::Full).await.map_err(unknown_subject)?;
    let levels = rights(call, &mut write.conn(), &new, &mut errors).await?;
    let place = place(call, &mut write.conn(), new.place_id.as_deref(), &mut errors).await?;
    if let (Some(levels), Some(path)) = (levels, &place) {
        errors.extend(refused(call, &new, Gift { levels, place: path.as_deref(), until }));
    }
    if grants::count_grants(&mut write.conn(), call.organization_id(), &subject.id).await? >= MOST {
        errors.push(FieldError::new(
            "subject_id",
            "too_many",
            format!("At most {MOST} grants are possible. Delete one first."),
        ));
    }
    if !errors.is_empty() {
        return Err(AppError::invalid(errors));
    }
    let now = write.now;
    let own = new.levels.unwrap_or_default();
    let grant = grants::NewGrant {
        organization_id: call.organization_id(),
        subject_kind: kind,
        subject_id: &subject.id,
        rights: new.profile_id.as_deref().map_or(Rights::Own(&own), Rights::Profile),
        place_id: new.place_id.as_deref(),
        device_right: None,
        given_by: &call.actor().subject_id,
    };
    let id = grants::insert_for(&mut write.conn(), &grant, &Term { from, until, reason: &reason }, now).await?;
    kind.changed(&mut write.conn(), &subject.id).await?;
    keep_an_administrator(&mut write, call.organization_id()).await?;
    let (made, _) = find(call, &mut write.conn(), &id, Level::Full).await?;
    let entry = Entry::new("grants.create", "grant", &id, &subject.name).after(audited(&made)).tells(kind.topics());
    write.commit(vec![entry]).await?;
    Ok(made)
}

pub async fn delete(call: &Call, id: &str) -> Result<(), AppError> {
    let mut write = rights::begin(call).await?;
    let (grant, subject) = find(call, &mut write.conn(), id, Level::Full).await?;
    let kind = grant.subject_kind;
    grants::delete(&mut write.conn(), id).await?;
    kind.changed(&mut write.conn(), &subject.id).await?;
    keep_an_administrator(&mut write, call.organization_id()).await?;
    let entry = Entry::new("grants.delete", "grant", id, &subject.name).before(audited(&grant)).tells(kind.topics());
    Ok(write.commit(vec![entry]).await?)
}

/// Beginning and end, as far as they can be.
fn times(new: &NewGrant, now: Millis, errors: &mut Vec<FieldError>) -> (Option<Millis>, Option<Millis>) {
    let (from, until) = (new.from.map(Millis::from), new.until.map(Millis::from));
    let wrong = match (from, until) {
        (_, Some(until)) if until <= now => Some("The end has to be in the future."),
        (Some(from), Some(until)) if until <= from => Some("The end has to be after the beginning."),
        _ => None,
    };
    errors.extend(wrong.map(|message| FieldError::new("until", "not_allowed", message)));
    (from, until)
}

/// One out of reach looks like one that is not there, also in a body.
fn unknown_subject(error: AppError) -> AppError {
    match error.kind {
        Kind::NotFound => {
            AppError::invalid(vec![FieldError::new("subject_id", "unknown", "This recipient doesn't exist.")])
        }
        _ => error,
    }
}

/// What the grant opens, held as it is until the transaction ends.
async fn rights(
    call: &Call,
    conn: &mut Conn<'_>,
    new: &NewGrant,
    errors: &mut Vec<FieldError>,
) -> Result<Option<Levels>, AppError> {
    let (profile, error) = match (&new.profile_id, &new.levels) {
        (Some(_), _) if new.subject_kind == SubjectKind::Integration => {
            let message = "Integrations can't have profiles. Send levels instead.";
            errors.push(FieldError::new("profile_id", "not_allowed", message));
            return Ok(None);
        }
        (Some(profile), None) => (profile, FieldError::new("profile_id", "unknown", "This profile doesn't exist.")),
        (None, Some(levels)) if !levels.is_empty() => return Ok(Some(*levels)),
        _ => {
            let message = "Send either a profile_id, or levels with at least one permission.";
            errors.push(FieldError::new("levels", "required", message));
            return Ok(None);
        }
    };
    let found = if is_id(profile) {
        rights::profiles::lock(conn, call.organization_id(), profile).await?;
        profiles::store::find(conn, call.actor(), profile).await?
    } else {
        None
    };
    if found.is_none() {
        errors.push(error);
    }
    Ok(found.map(|profile| profile.levels))
}

/// The path of the place: none inside is everything, none at all a place that is not there.
async fn place(
    call: &Call,
    conn: &mut Conn<'_>,
    id: Option<&str>,
    errors: &mut Vec<FieldError>,
) -> Result<Option<Option<String>>, AppError> {
    let Some(id) = id else { return Ok(Some(None)) };
    let path = rights::places::paths(conn, call.organization_id(), &[id]).await?.remove(id);
    if path.is_none() {
        errors.push(FieldError::new("place_id", "unknown", "This place doesn't exist."));
    }
    Ok(path.map(Some))
}

fn refused(call: &Call, new: &NewGrant, gift: Gift<'_>) -> Option<FieldError> {
    let short = may_give(call.actor(), &gift).err()?;
    let field = if new.profile_id.is_some() { "profile_id" } else { "levels" };
    let message = not_yours(short, gift.place.is_some(), true);
    Some(FieldError::beyond(field, message))
}

/// A grant as the audit log keeps it.
fn audited(grant: &Grant) -> serde_json::Value {
    json!({
        "subject_kind": grant.subject_kind, "subject_id": grant.subject_id, "profile_id": grant.profile_id,
        "levels": grant.levels, "place_id": grant.place_id, "device_right": grant.device_right, "from": grant.from,
        "until": grant.until, "reason": grant.reason,
    })
}
