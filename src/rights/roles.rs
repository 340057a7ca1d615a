//! Which roles somebody may assign.

use crate::access::Role;
use crate::error::FieldError;

/// Why a role is not the actor's to assign, to whatever it is.
pub fn not_yours(own: Role, wanted: Role) -> FieldError {
    FieldError::beyond("role", format!("As {} you can't assign the role {}.", own.label(), wanted.label()))
}
