//! Which field of which message holds messages, texts or integers.

/// A message of the file. Those that hold nothing worth following are [`Kind::Plain`].
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Model,
    Function,
    Graph,
    Node,
    Attribute,
    Tensor,
    SparseTensor,
    ValueInfo,
    Type,
    TensorType,
    ListType,
    MapType,
    Shape,
    Annotation,
    Plain,
}

/// What a field holds, as far as counting goes.
pub(super) enum Holds {
    /// A message of this kind.
    Message(Kind),
    /// One of many texts or byte strings.
    Text,
    /// Integers of variable length, packed or one by one.
    Integers,
    /// What only training needs.
    Training,
    /// One number or text, numbers of fixed size, or something unknown that is skipped.
    Single,
}

impl Kind {
    /// What the field of this number holds. Source: `onnx.proto` of ONNX 1.23.
    pub(super) const fn holds(self, field: u64) -> Holds {
        match self {
            Self::Model => model(field),
            Self::Function => function(field),
            Self::Graph => graph(field),
            Self::Node => node(field),
            Self::Attribute => attribute(field),
            Self::Tensor => tensor(field),
            Self::SparseTensor => sparse_tensor(field),
            Self::ValueInfo => value_info(field),
            Self::Type | Self::TensorType | Self::ListType | Self::MapType => types(self, field),
            Self::Shape => only(field, 1, Kind::Plain),
            Self::Annotation => only(field, 2, Kind::Plain),
            Self::Plain => Holds::Single,
        }
    }
}

const fn only(field: u64, expected: u64, kind: Kind) -> Holds {
    if field == expected { Holds::Message(kind) } else { Holds::Single }
}

const fn model(field: u64) -> Holds {
    match field {
        7 => Holds::Message(Kind::Graph),
        8 | 14 | 26 => Holds::Message(Kind::Plain),
        20 => Holds::Training,
        25 => Holds::Message(Kind::Function),
        _ => Holds::Single,
    }
}

const fn function(field: u64) -> Holds {
    match field {
        4..=6 => Holds::Text,
        7 => Holds::Message(Kind::Node),
        9 | 14 => Holds::Message(Kind::Plain),
        11 => Holds::Message(Kind::Attribute),
        12 => Holds::Message(Kind::ValueInfo),
        _ => Holds::Single,
    }
}

const fn graph(field: u64) -> Holds {
    match field {
        1 => Holds::Message(Kind::Node),
        5 => Holds::Message(Kind::Tensor),
        11..=13 => Holds::Message(Kind::ValueInfo),
        14 => Holds::Message(Kind::Annotation),
        15 => Holds::Message(Kind::SparseTensor),
        16 => Holds::Message(Kind::Plain),
        _ => Holds::Single,
    }
}

const fn node(field: u64) -> Holds {
    match field {
        1 | 2 => Holds::Text,
        5 => Holds::Message(Kind::Attribute),
        9 | 10 => Holds::Message(Kind::Plain),
        _ => Holds::Single,
    }
}

const fn attribute(field: u64) -> Holds {
    match field {
        5 | 10 => Holds::Message(Kind::Tensor),
        6 | 11 => Holds::Message(Kind::Graph),
        8 => Holds::Integers,
        9 => Holds::Text,
        14 | 15 => Holds::Message(Kind::Type),
        22 | 23 => Holds::Message(Kind::SparseTensor),
        _ => Holds::Single,
    }
}

const fn tensor(field: u64) -> Holds {
    match field {
        1 | 5 | 7 | 11 => Holds::Integers,
        6 => Holds::Text,
        3 | 13 | 16 => Holds::Message(Kind::Plain),
        _ => Holds::Single,
    }
}

const fn sparse_tensor(field: u64) -> Holds {
    match field {
        1 | 2 => Holds::Message(Kind::Tensor),
        3 => Holds::Integers,
        _ => Holds::Single,
    }
}

const fn value_info(field: u64) -> Holds {
    match field {
        2 => Holds::Message(Kind::Type),
        4 => Holds::Message(Kind::Plain),
        _ => Holds::Single,
    }
}

const fn types(kind: Kind, field: u64) -> Holds {
    match (kind, field) {
        (Kind::Type, 1 | 8) => Holds::Message(Kind::TensorType),
        (Kind::Type, 4 | 9) => Holds::Message(Kind::ListType),
        (Kind::Type, 5) => Holds::Message(Kind::MapType),
        (Kind::Type, 7) => Holds::Message(Kind::Plain),
        (Kind::TensorType, 2) => Holds::Message(Kind::Shape),
        (Kind::ListType, 1) | (Kind::MapType, 2) => Holds::Message(Kind::Type),
        _ => Holds::Single,
    }
}
