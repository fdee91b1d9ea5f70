//! Bundles as others make them, as we make them, and as nobody should.

#![cfg(test)]

mod folder;
mod hostile;
mod made;
mod real;
