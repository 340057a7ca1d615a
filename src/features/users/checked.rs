//! The fields of a user form, checked against the caller: everything that is wrong is told at once.

use super::model::{NewUser, Region, User, UserChange};
use super::store::UserRow;
use crate::access::{Role, inside};
use crate::db::{Conn, DbError};
use crate::error::FieldError;
use crate::features::accounts::check;
use crate::features::companies::store::{self as companies, CompanyRow};
use crate::rights::roles;
use crate::server::Call;
use crate::server::clock::is_id;

/// What may be stored.
pub struct UserFields {
    pub username: String,
    pub username_key: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub region: Region,
    pub description: String,
    pub role: Role,
}

/// The same fields, each right or refused.
struct FieldChecks {
    username: Result<(String, String), FieldError>,
    name: Result<String, FieldError>,
    email: Result<String, FieldError>,
    phone: Result<String, FieldError>,
    description: Result<String, FieldError>,
    role: Result<Role, FieldError>,
}

impl FieldChecks {
    fn checked(self, region: Region, errors: &mut Vec<FieldError>) -> Option<UserFields> {
        let mut told = |error: FieldError| errors.push(error);
        let username = self.username.map_err(&mut told).ok();
        let name = self.name.map_err(&mut told).ok();
        let email = self.email.map_err(&mut told).ok();
        let phone = self.phone.map_err(&mut told).ok();
        let description = self.description.map_err(&mut told).ok();
        let role = self.role.map_err(&mut told).ok();
        let (username, username_key) = username?;
        let (name, email, phone) = (name?, email?, phone?);
        Some(UserFields { username, username_key, name, email, phone, region, description: description?, role: role? })
    }
}

pub fn of_new(call: &Call, new: &NewUser, errors: &mut Vec<FieldError>) -> Option<UserFields> {
    let fields = FieldChecks {
        username: check::username(&new.username),
        name: check::name(&new.name),
        email: check::email(&new.email),
        phone: phone_in(new.region, &new.phone),
        description: check::description(&new.description),
        role: may_give(call, new.role),
    };
    fields.checked(new.region, errors)
}

/// What a change leaves out stays as it is.
pub fn of_change(
    call: &Call,
    change: &UserChange,
    row: &UserRow,
    before: &User,
    errors: &mut Vec<FieldError>,
) -> Option<UserFields> {
    let fields = FieldChecks {
        username: check::username(change.username.as_deref().unwrap_or(&row.username)),
        name: check::name(change.name.as_deref().unwrap_or(&row.name)),
        // An address that is as it was is not looked at again: the founder has none.
        email: match change.email.as_deref().filter(|email| *email != row.email) {
            Some(email) => check::email(email),
            None => Ok(row.email.clone()),
        },
        phone: phone(change, row, before),
        description: check::description(change.description.as_deref().unwrap_or(&row.description)),
        role: match change.role.filter(|role| *role != before.role) {
            Some(role) => may_give(call, Some(role)),
            None => Ok(before.role),
        },
    };
    fields.checked(change.region.unwrap_or(before.region), errors)
}

/// A number may be given in Asia-Pacific only. One that nobody speaks of stays, also when the user leaves that region: it
/// may be their own, from the personal center.
fn phone(change: &UserChange, row: &UserRow, before: &User) -> Result<String, FieldError> {
    match change.phone.as_deref().filter(|number| *number != row.phone) {
        Some(number) => phone_in(change.region.unwrap_or(before.region), number),
        None => Ok(row.phone.clone()),
    }
}

/// A phone number is asked for in Asia-Pacific alone.
fn phone_in(region: Region, number: &str) -> Result<String, FieldError> {
    let number = check::phone(number)?;
    if number.is_empty() || region == Region::AsiaPacific {
        return Ok(number);
    }
    Err(FieldError::new("phone", "not_allowed", "Mobile phone numbers are only available in the Asia-Pacific region."))
}

fn may_give(call: &Call, role: Option<Role>) -> Result<Role, FieldError> {
    let role = role.ok_or_else(|| FieldError::new("role", "required", "Choose a role."))?;
    if call.actor().role.may_give().contains(&role) {
        return Ok(role);
    }
    Err(roles::not_yours(call.actor().role, role))
}

/// The company of a form, or the actor's own; one outside of its reach looks like missing.
pub async fn company(
    call: &Call,
    conn: &mut Conn<'_>,
    id: Option<&str>,
) -> Result<Result<CompanyRow, FieldError>, DbError> {
    let actor = call.actor();
    let id = id.or(actor.company_id()).unwrap_or_default();
    let found = if is_id(id) { companies::find(conn, &actor.organization_id, id).await? } else { None };
    let found = found.filter(|company| inside(&company.path, &actor.company_path));
    Ok(found.ok_or_else(|| FieldError::new("company_id", "unknown", "This company doesn't exist.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_belong_to_asia_pacific() {
        assert!(phone_in(Region::Europe, "+65 6123 4567").is_err());
        assert!(phone_in(Region::AsiaPacific, "+65 6123 4567").is_ok());
    }
}
