//! Which roles somebody may assign.

use crate::access::Role;
use crate::error::FieldError;

/// The role that something gets: at most the actor's own, unless it has it already.
pub fn assigned(own: Role, wanted: Role, has: Option<Role>) -> Result<Role, FieldError> {
    if wanted <= own || has == Some(wanted) { Ok(wanted) } else { Err(not_yours(own, wanted)) }
}

/// Why a role is not the actor's to assign, to whatever it is.
pub fn not_yours(own: Role, wanted: Role) -> FieldError {
    FieldError::beyond("role", format!("As {} you can't assign the role {}.", own.label(), wanted.label()))
}
