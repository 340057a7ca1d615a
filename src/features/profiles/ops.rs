//! Making, editing, duplicating and deleting profiles. None of it can take the last administrator away: the built-in
//! profile, the only one that counts there, is never edited nor deleted.

use super::model::{NAME_MAX, NewProfile, Profile, ProfileChange, holders_text};
use super::store;
use crate::access::{Actor, Gift, Level, Levels, Shortfall, may_give};
use crate::db::{Conn, DbError, Unique};
use crate::error::{AppError, FieldError};
use crate::rights;
use crate::rights::store::set_levels;
use crate::server::clock::{is_id, new_id};
use crate::server::rest::current;
use crate::server::{Call, Entry, Write, text};
use crate::types::{Millis, Topic};
use serde_json::{Value, json};

/// The name of the built-in profile.
pub const ADMINISTRATOR: &str = "Administrator";

/// Rights of users change with the profile that gives them.
const TOPICS: [Topic; 4] = [Topic::Profiles, Topic::Users, Topic::Members, Topic::Access];

pub async fn create_builtin(conn: &mut Conn<'_>, organization_id: &str, now: Millis) -> Result<String, DbError> {
    let id = new_id(now);
    let new = NewProfile { name: ADMINISTRATOR.to_owned(), levels: Levels::FULL };
    store::insert(conn, &id, (organization_id, true), &new, now).await?;
    Ok(id)
}

/// Gives every built-in profile the screens that this binary brought; called at each start.
pub async fn extend_builtin(conn: &mut Conn<'_>) -> Result<(), DbError> {
    for id in store::builtin_ids(conn).await? {
        set_levels(conn, &id, &Levels::FULL).await?;
    }
    Ok(())
}

pub async fn get(call: &Call, id: &str) -> Result<Profile, AppError> {
    let mut held = call.read().await?;
    find(call, &mut held.conn(), id).await
}

async fn find(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<Profile, AppError> {
    let found = if is_id(id) { store::find(conn, call.actor(), id).await? } else { None };
    found.ok_or_else(AppError::not_found)
}

pub async fn create(call: &Call, new: NewProfile) -> Result<Profile, AppError> {
    let fields = checked(call.actor(), &new.name, new.levels)?;
    let mut write = rights::begin(call).await?;
    let id = insert(call, &mut write, &fields).await?;
    let made = find(call, &mut write.conn(), &id).await?;
    let entry =
        Entry::new("profiles.create", "profile", &id, &fields.name).after(audited(&made)).tells(&[Topic::Profiles]);
    write.commit(vec![entry]).await?;
    Ok(made)
}

/// A copy under a name that is free: `X copy`, `X copy 2`, ….
pub async fn duplicate(call: &Call, id: &str) -> Result<Profile, AppError> {
    let mut write = rights::begin(call).await?;
    let original = find(call, &mut write.conn(), id).await?;
    given(call.actor(), &original.levels).map_err(|error| AppError::invalid(vec![error]))?;
    let name = free_name(call, &mut write.conn(), &original.name).await?;
    let fields = NewProfile { name, levels: original.levels };
    let made = insert(call, &mut write, &fields).await?;
    let made = find(call, &mut write.conn(), &made).await?;
    let entry = Entry::new("profiles.duplicate", "profile", &made.id, &fields.name)
        .after(json!({ "name": fields.name, "levels": made.levels, "copy_of": original.id }))
        .tells(&[Topic::Profiles]);
    write.commit(vec![entry]).await?;
    Ok(made)
}

pub async fn edit(call: &Call, id: &str, known: Option<i64>, change: ProfileChange) -> Result<Profile, AppError> {
    let mut write = rights::begin(call).await?;
    let before = find_to_write(call, &mut write, id).await?;
    current(known, before.version)?;
    let levels = change.levels.unwrap_or(before.levels);
    let fields = checked(call.actor(), change.name.as_ref().unwrap_or(&before.name), levels)?;
    if fields.name == before.name && levels == before.levels {
        return Ok(before);
    }
    let done = store::update(&mut write.conn(), id, &fields).await;
    done.map_err(name_taken)?;
    let after = find(call, &mut write.conn(), id).await?;
    let entry = Entry::new("profiles.edit", "profile", id, &fields.name)
        .before(audited(&before))
        .after(audited(&after))
        .tells(&TOPICS);
    write.commit(vec![entry]).await?;
    Ok(after)
}

/// Whoever holds it gets `replacement` instead, at the same places and for as long.
pub async fn delete(call: &Call, id: &str, replacement: Option<&str>) -> Result<(), AppError> {
    let mut write = rights::begin(call).await?;
    let replacement = replacement.filter(|other| !other.is_empty());
    // Both are held as they are, in one order, so that two deletions wait for each other and never both.
    let mut ids = vec![id];
    ids.extend(replacement);
    ids.sort_unstable();
    for id in ids.into_iter().filter(|id| is_id(id)) {
        rights::profiles::lock(&mut write.conn(), call.organization_id(), id).await?;
    }
    let profile = find_to_write(call, &mut write, id).await?;
    let holders = store::count_holders(&mut write.conn(), call.organization_id(), id).await?;
    let mut after = json!({ "holders": holders.iter().sum::<i64>() });
    match replacement {
        None if holders.iter().any(|count| *count > 0) => return Err(in_use(holders)),
        None => {}
        Some(other) => {
            let other = find_replacement(call, &mut write.conn(), id, other).await?;
            store::replace(&mut write.conn(), call.organization_id(), id, &other.id).await?;
            after["replacement"] = json!({ "id": other.id, "name": other.name });
        }
    }
    if !store::delete(&mut write.conn(), call.organization_id(), id).await? {
        let message = "Someone was given this profile in the meantime. Choose a replacement.";
        return Err(AppError::conflict("in_use", message));
    }
    let entry = Entry::new("profiles.delete", "profile", id, &profile.name)
        .before(audited(&profile))
        .after(after)
        .tells(&TOPICS);
    Ok(write.commit(vec![entry]).await?)
}

async fn find_to_write(call: &Call, write: &mut Write, id: &str) -> Result<Profile, AppError> {
    let mut conn = write.conn();
    if is_id(id) {
        rights::profiles::lock(&mut conn, call.organization_id(), id).await?;
    }
    may_change(call, &mut conn, id).await
}

/// A profile that the actor may change: not the built-in one, no more than the actor has, held by nobody above or
/// beside them.
pub async fn may_change(call: &Call, conn: &mut Conn<'_>, id: &str) -> Result<Profile, AppError> {
    let profile = find(call, conn, id).await?;
    if profile.builtin {
        let message = "The built-in profile can't be edited or deleted. Duplicate it and edit the copy.";
        return Err(AppError::conflict("builtin", message));
    }
    if let Err(short) = may_give_everywhere(call.actor(), &profile.levels) {
        let message = format!("This profile has permissions that you don't have: {}", shortfall(call.actor(), short));
        return Err(AppError::forbidden("above_rights", message));
    }
    if store::highest_role(conn, call.organization_id(), id).await? > call.actor().role.stored() {
        return Err(AppError::forbidden("above_rank", "Someone with a higher role than yours has this profile."));
    }
    let company = &call.actor().company_path;
    if store::held_outside(conn, call.organization_id(), id, company).await? {
        return Err(AppError::forbidden("outside_reach", "Someone you don't manage has this profile."));
    }
    Ok(profile)
}

/// Another profile of the organization that the actor may give wherever, and for as long as, this one is granted.
pub async fn find_replacement(call: &Call, conn: &mut Conn<'_>, id: &str, other: &str) -> Result<Profile, AppError> {
    let refused = |code: &str, message: &str| AppError::invalid(vec![FieldError::new("replacement", code, message)]);
    if other == id {
        return Err(refused("not_allowed", "Choose another profile as the replacement."));
    }
    let found = if is_id(other) { store::find(conn, call.actor(), other).await? } else { None };
    let found = found.ok_or_else(|| refused("unknown", "This profile doesn't exist."))?;
    if may_give_everywhere(call.actor(), &found.levels).is_ok() {
        return Ok(found);
    }
    for (place, until) in store::extents(conn, call.organization_id(), id).await? {
        let gift = Gift { levels: found.levels, place: place.as_deref(), until };
        may_give(call.actor(), &gift).map_err(|short| {
            AppError::invalid(vec![FieldError::beyond("replacement", shortfall(call.actor(), short))])
        })?;
    }
    Ok(found)
}

/// The fields to store, or all that is wrong.
fn checked(actor: &Actor, name: &str, levels: Levels) -> Result<NewProfile, AppError> {
    let name = text::line("name", name, true, NAME_MAX as usize);
    match (name, given(actor, &levels)) {
        (Ok(name), Ok(())) => Ok(NewProfile { name, levels }),
        (name, levels) => Err(AppError::invalid(name.err().into_iter().chain(levels.err()).collect())),
    }
}

/// At least one screen, and nothing that the actor does not have.
fn given(actor: &Actor, levels: &Levels) -> Result<(), FieldError> {
    if levels.is_empty() {
        return Err(FieldError::new("levels", "required", "Give access to at least one screen."));
    }
    may_give_everywhere(actor, levels).map_err(|short| FieldError::beyond("levels", shortfall(actor, short)))
}

/// A profile can be granted anywhere, for good.
fn may_give_everywhere(actor: &Actor, levels: &Levels) -> Result<(), Shortfall> {
    may_give(actor, &Gift { levels: *levels, place: None, until: None })
}

fn shortfall(actor: &Actor, Shortfall { screen, wanted }: Shortfall) -> String {
    let (label, have) = (screen.label(), actor.level(screen));
    if have >= wanted {
        return format!("You have {label} {} only at some places or for a limited time.", wanted.word());
    }
    match have {
        Level::None => format!("You don't have access to {label}."),
        have => format!("You only have {} access to {label}.", have.word()),
    }
}

async fn insert(call: &Call, write: &mut Write, of: &NewProfile) -> Result<String, AppError> {
    let (now, id) = (write.now, new_id(write.now));
    store::insert(&mut write.conn(), &id, (call.organization_id(), false), of, now).await.map_err(name_taken)?;
    Ok(id)
}

fn name_taken(error: DbError) -> AppError {
    match error {
        DbError::Unique(Unique::ProfileName) => {
            AppError::invalid(vec![FieldError::new("name", "taken", "Another profile has this name. Choose another.")])
        }
        other => other.into(),
    }
}

async fn free_name(call: &Call, conn: &mut Conn<'_>, name: &str) -> Result<String, AppError> {
    // Room for the longest ending, so that every candidate begins alike.
    const ENDING: usize = " copy 999".len();
    let start: String = name.chars().take(NAME_MAX as usize - ENDING).collect();
    let start = start.trim_end();
    let taken = store::keys_like(conn, call.organization_id(), &text::fold(&format!("{start} copy"))).await?;
    let candidates = (1..1000).map(|n| if n == 1 { format!("{start} copy") } else { format!("{start} copy {n}") });
    let free = candidates.into_iter().find(|candidate| !taken.contains(&text::fold(candidate)));
    free.ok_or_else(|| name_taken(DbError::Unique(Unique::ProfileName)))
}

fn in_use(holders: [i64; 3]) -> AppError {
    let have = if holders.iter().sum::<i64>() == 1 { "has" } else { "have" };
    let message = format!("{} {have} this profile. Choose a replacement.", holders_text(holders));
    AppError::conflict("in_use", message)
}

fn audited(profile: &Profile) -> Value {
    json!({ "name": profile.name, "levels": profile.levels })
}
