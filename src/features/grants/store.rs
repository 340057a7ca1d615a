use crate::access::{ActorKind, Levels};
use crate::db::{Conn, DbError, exec};
use crate::server::clock::new_id;
use crate::types::Millis;

/// What a grant gives.
#[derive(Clone, Copy, Debug)]
pub enum Rights<'a> {
    Profile(&'a str),
    Own(&'a Levels),
}

pub struct NewGrant<'a> {
    pub organization_id: &'a str,
    pub subject_kind: ActorKind,
    pub subject_id: &'a str,
    pub rights: Rights<'a>,
    /// None is everything.
    pub place_id: Option<&'a str>,
    pub given_by: &'a str,
}

const INSERT: &str = "insert into grants
    (id, organization_id, subject_kind, subject_id, profile_id, rights_id, place_id, given_by, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// Inserts an open-ended grant.
pub async fn insert(conn: &mut Conn<'_>, new: &NewGrant<'_>, now: Millis) -> Result<(), DbError> {
    let id = new_id(now);
    let (profile_id, rights_id) = match new.rights {
        Rights::Profile(profile) => (Some(profile), profile),
        Rights::Own(_) => (None, id.as_str()),
    };
    exec!(
        conn,
        INSERT,
        id.as_str(),
        new.organization_id,
        new.subject_kind.code(),
        new.subject_id,
        profile_id,
        rights_id,
        new.place_id,
        new.given_by,
        now
    )?;
    if let Rights::Own(levels) = new.rights {
        set_levels(conn, &id, levels).await?;
    }
    Ok(())
}

/// Replaces the level table of a profile or a grant.
pub async fn set_levels(conn: &mut Conn<'_>, owner_id: &str, levels: &Levels) -> Result<(), DbError> {
    exec!(conn, "delete from levels where owner_id = $1", owner_id)?;
    for (screen, level) in levels.open() {
        const INSERT: &str = "insert into levels (owner_id, screen, level) values ($1, $2, $3)";
        exec!(conn, INSERT, owner_id, screen.code(), level.stored())?;
    }
    Ok(())
}

/// Takes every grant from a subject.
pub async fn delete_of(conn: &mut Conn<'_>, organization_id: &str, subject_id: &str) -> Result<(), DbError> {
    const OWN_LEVELS: &str = "delete from levels where owner_id in
        (select id from grants where subject_id = $1 and organization_id = $2 and profile_id is null)";
    exec!(conn, OWN_LEVELS, subject_id, organization_id)?;
    exec!(conn, "delete from grants where subject_id = $1 and organization_id = $2", subject_id, organization_id)?;
    Ok(())
}

/// Takes the grants that the user form shows: open-ended, of a profile or on everything.
pub async fn delete_of_form(conn: &mut Conn<'_>, organization_id: &str, user_id: &str) -> Result<(), DbError> {
    const OWN_LEVELS: &str = "delete from levels where owner_id in (select id from grants
        where subject_id = $1 and organization_id = $2 and profile_id is null and place_id is null
        and from_at is null and until_at is null)";
    const GRANTS: &str = "delete from grants where subject_id = $1 and organization_id = $2
        and (profile_id is not null or place_id is null) and from_at is null and until_at is null";
    exec!(conn, OWN_LEVELS, user_id, organization_id)?;
    exec!(conn, GRANTS, user_id, organization_id)?;
    Ok(())
}
