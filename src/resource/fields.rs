//! What people typed for a thing: checked field by field, and all that is wrong told at once.

use crate::db::{Bind, Columns};
use crate::error::{AppError, FieldError};
use crate::server::{search_text, text};
use crate::types::{Name, Typed};

/// The fields of a new thing, or those that an edit names, as the columns that they are stored in.
#[derive(Default)]
pub struct Fields {
    columns: Columns,
    errors: Vec<FieldError>,
}

impl Fields {
    /// What it is called, with the columns by which lists sort and search; `also`: what else a search finds it by.
    pub fn name(&mut self, name: Option<&Name>, also: &[&str]) {
        let Some(name) = name else { return };
        if let Some(name) = self.check(text::line("name", &name.0, true, Name::MAX as usize)) {
            self.columns.set("name_key", text::fold(&name));
            self.columns.set("search_text", search_text::of(&[&[name.as_str()], also].concat()));
            self.columns.set("name", name);
        }
    }

    /// A text of several lines, in the column that is called what its field is.
    pub fn paragraph<const MIN: u32, const MAX: u32>(&mut self, name: &'static str, typed: Option<&Typed<MIN, MAX>>) {
        let Some(typed) = typed else { return };
        if let Some(text) = self.check(text::paragraph(name, &typed.0, MAX as usize)) {
            self.columns.set(name, text);
        }
    }

    pub fn set(&mut self, column: &'static str, value: impl Into<Bind>) {
        self.columns.set(column, value);
    }

    /// What came of a check; what is wrong is kept to be told.
    pub fn check<T>(&mut self, checked: Result<T, FieldError>) -> Option<T> {
        checked.map_err(|error| self.errors.push(error)).ok()
    }

    /// The same where several fields can be wrong.
    pub fn check_all<T>(&mut self, checked: Result<T, Vec<FieldError>>) -> Option<T> {
        checked.map_err(|errors| self.errors.extend(errors)).ok()
    }

    pub fn refuse(&mut self, error: FieldError) {
        self.errors.push(error);
    }

    /// All that is wrong, with this.
    pub fn refused(mut self, error: FieldError) -> AppError {
        self.errors.push(error);
        AppError::invalid(self.errors)
    }

    /// The columns to store, or all that is wrong.
    pub fn checked(mut self) -> Result<Columns, AppError> {
        // A team of many members is one mistake, not many.
        self.errors.dedup();
        if self.errors.is_empty() { Ok(self.columns) } else { Err(AppError::invalid(self.errors)) }
    }
}
