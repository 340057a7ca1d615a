//! `Button(kind?, submit?, early?, pending?, disabled_reason?, on_click?, id?, icon?) children`, `ButtonLink(href, kind?, icon?) children`,
//! `IconButton(label, icon, on_click?, disabled_reason?, id?)`. A button that is disabled says why and stays in the tab order.
//! Until the application has started, all but `early` ones are disabled in the HTML.

use super::{Glyph, Icon};
use crate::browser;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one main act of a page or dialog.
    Primary,
    #[default]
    Secondary,
    Danger,
    /// Without a border, for toolbars.
    Quiet,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            ButtonKind::Primary => "button primary",
            ButtonKind::Secondary => "button",
            ButtonKind::Danger => "button danger",
            ButtonKind::Quiet => "button quiet",
        }
    }
}

/// Runs the act unless the button is disabled or still busy with the last one; then it also keeps a form from being sent.
fn press(event: &MouseEvent, blocked: bool, on_click: Option<Callback<()>>) {
    if blocked {
        event.prevent_default();
        return;
    }
    if let Some(on_click) = on_click {
        on_click.run(());
    }
}

#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    /// Sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// What it sends is answered without the application too.
    #[prop(optional)]
    early: bool,
    /// Its act is under way: it takes no second press.
    #[prop(optional, into)]
    pending: Signal<bool>,
    #[prop(optional, into)] disabled_reason: Signal<Option<String>>,
    #[prop(optional, into)] on_click: Option<Callback<()>>,
    #[prop(optional, into)] id: Option<String>,
    #[prop(default = None, into)] icon: Option<Icon>,
    children: Children,
) -> impl IntoView {
    let blocked = move || pending.get() || disabled_reason.with(Option::is_some);
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=kind.class()
            id=id
            disabled=browser::UNTIL_STARTED.filter(|_| !early)
            aria-disabled=move || blocked().then_some("true")
            aria-busy=move || pending.get().then_some("true")
            title=disabled_reason
            data-reason=disabled_reason
            on:click=move |event| press(&event, blocked(), on_click)
        >
            {icon.map(|icon| view! { <Glyph icon=icon /> })}
            {children()}
        </button>
    }
}

/// Looks like a button and is a link: it works before hydration and can be opened in a new tab.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] id: Option<String>,
    #[prop(default = None, into)] icon: Option<Icon>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=kind.class() id=id href=href>
            {icon.map(|icon| view! { <Glyph icon=icon /> })}
            {children()}
        </a>
    }
}

#[component]
pub fn IconButton(
    #[prop(into)] label: Signal<String>,
    icon: Icon,
    #[prop(optional, into)] disabled_reason: Signal<Option<String>>,
    #[prop(optional, into)] on_click: Option<Callback<()>>,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    let blocked = move || disabled_reason.with(Option::is_some);
    view! {
        <button
            type="button"
            class="button quiet square"
            id=id
            disabled=browser::UNTIL_STARTED
            aria-label=label
            aria-disabled=move || blocked().then_some("true")
            title=move || disabled_reason.get().unwrap_or_else(|| label.get())
            data-reason=disabled_reason
            on:click=move |event| press(&event, blocked(), on_click)
        >
            <Glyph icon=icon />
        </button>
    }
}
