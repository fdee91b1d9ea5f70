//! Numbers kept in the file: their type, dimensions and bytes must fit together, and none may be elsewhere.

use crate::limits;
use crate::names::quoted;
use crate::parts::{Parts, elements};
use crate::proto::{DataLocation, DataType, SparseTensorProto, TensorProto};
use crate::refusal::Refusal;

/// Checks every tensor, wherever it stands.
pub(super) fn check(parts: &Parts<'_>) -> Result<(), Refusal> {
    // All of them, before anything else is said about the file: what is outside is never looked at.
    parts.tensors.iter().try_for_each(|tensor| check_place(tensor))?;
    parts.tensors.iter().try_for_each(|tensor| check_length(tensor))?;
    parts.sparse.iter().try_for_each(|sparse| check_sparse(sparse))
}

fn check_place(tensor: &TensorProto) -> Result<(), Refusal> {
    if tensor.data_location == DataLocation::Default as i32 && tensor.external_data.is_empty() {
        Ok(())
    } else {
        Err(Refusal::ExternalData { tensor: quoted(&tensor.name) })
    }
}

/// Compares the number of elements by its dimensions with what the file holds.
fn check_length(tensor: &TensorProto) -> Result<(), Refusal> {
    let kind = DataType::try_from(tensor.data_type).unwrap_or(DataType::Undefined);
    let elements = elements(&tensor.dims).ok_or_else(|| {
        wrong(tensor, format!("its dimensions {} describe no possible size", shape(&tensor.dims)))
    })?;
    let lists = filled_lists(tensor);
    if lists.len() > usize::from(elements > 0) {
        return Err(wrong(tensor, "its numbers are given more than once, or where none belong".to_owned()));
    }
    let (place, count) = lists.first().copied().unwrap_or((expected_list(kind), 0));
    let expected = match place {
        List::Raw => raw_bytes(kind, elements),
        _ if place == expected_list(kind) => listed(kind, elements),
        _ => None,
    };
    match expected {
        Some(expected) if expected == count => Ok(()),
        Some(expected) => {
            let shape = shape(&tensor.dims);
            Err(wrong(
                tensor,
                format!("its dimensions {shape} need {expected} {}, but {count} are there", place.unit()),
            ))
        }
        None => Err(wrong(tensor, format!("numbers of type {} cannot be given this way", tensor.data_type))),
    }
}

/// Where a tensor keeps its numbers.
#[derive(Clone, Copy, PartialEq)]
enum List {
    Raw,
    Float,
    Int32,
    Int64,
    Double,
    Uint64,
    Text,
    Nowhere,
}

impl List {
    const fn unit(self) -> &'static str {
        match self {
            Self::Raw => "bytes",
            Self::Text => "texts",
            _ => "numbers",
        }
    }
}

fn filled_lists(tensor: &TensorProto) -> Vec<(List, u64)> {
    let lists = [
        (List::Raw, tensor.raw_data.as_ref().map_or(0, Vec::len)),
        (List::Float, tensor.float_data.len()),
        (List::Int32, tensor.int32_data.len()),
        (List::Int64, tensor.int64_data.len()),
        (List::Double, tensor.double_data.len()),
        (List::Uint64, tensor.uint64_data.len()),
        (List::Text, tensor.string_data.len()),
    ];
    lists.into_iter().filter(|(_, count)| *count > 0).map(|(list, count)| (list, count as u64)).collect()
}

const fn expected_list(kind: DataType) -> List {
    match kind {
        DataType::Undefined => List::Nowhere,
        DataType::Float | DataType::Complex64 => List::Float,
        DataType::Double | DataType::Complex128 => List::Double,
        DataType::Int64 => List::Int64,
        DataType::Uint32 | DataType::Uint64 => List::Uint64,
        DataType::String => List::Text,
        _ => List::Int32,
    }
}

/// Bits of one element; texts have none.
const fn bits(kind: DataType) -> Option<u64> {
    Some(match kind {
        DataType::Undefined | DataType::String => return None,
        DataType::Uint2 | DataType::Int2 => 2,
        DataType::Uint4 | DataType::Int4 | DataType::Float4E2m1 => 4,
        DataType::Uint16 | DataType::Int16 | DataType::Float16 | DataType::Bfloat16 => 16,
        DataType::Float | DataType::Int32 | DataType::Uint32 => 32,
        DataType::Double | DataType::Int64 | DataType::Uint64 | DataType::Complex64 => 64,
        DataType::Complex128 => 128,
        _ => 8,
    })
}

fn raw_bytes(kind: DataType, elements: u64) -> Option<u64> {
    elements.checked_mul(bits(kind)?).map(|bits| bits.div_ceil(8))
}

/// Entries in the list of a type: complex numbers take two, elements below a byte share one.
fn listed(kind: DataType, elements: u64) -> Option<u64> {
    match kind {
        DataType::Undefined => None,
        DataType::Complex64 | DataType::Complex128 => elements.checked_mul(2),
        _ if bits(kind).is_some_and(|bits| bits < 8) => raw_bytes(kind, elements),
        _ => Some(elements),
    }
}

fn check_sparse(sparse: &SparseTensorProto) -> Result<(), Refusal> {
    let (Some(values), Some(indices)) = (&sparse.values, &sparse.indices) else {
        return Err(Refusal::Tensor {
            tensor: "without a name".to_owned(),
            what: "a sparse tensor needs values and indices".to_owned(),
        });
    };
    let size = elements(&sparse.dims).and_then(|elements| {
        let kind = DataType::try_from(values.data_type).unwrap_or(DataType::Undefined);
        raw_bytes(kind, elements)
    });
    if size.is_none_or(|bytes| bytes > limits::MEMORY_BYTES) {
        return Err(wrong(values, format!("its dimensions {} are too large", shape(&sparse.dims))));
    }
    let (count, rank) = (values.dims.as_slice(), sparse.dims.len());
    let fits = match (count, indices.dims.as_slice()) {
        ([values], [indices]) => values == indices,
        ([values], [indices, width]) => {
            values == indices && usize::try_from(*width).is_ok_and(|width| width == rank)
        }
        _ => false,
    };
    if fits && indices.data_type == DataType::Int64 as i32 {
        Ok(())
    } else {
        Err(wrong(values, "its indices do not fit its values".to_owned()))
    }
}

fn shape(dims: &[i64]) -> String {
    let shown: Vec<String> = dims.iter().take(8).map(i64::to_string).collect();
    format!("[{}{}]", shown.join(", "), if dims.len() > 8 { ", …" } else { "" })
}

fn wrong(tensor: &TensorProto, what: String) -> Refusal {
    Refusal::Tensor { tensor: quoted(&tensor.name), what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::ModelProto;
    use crate::samples::{constant, having, node, read, refusal, shape, with_initializers};

    fn holding(tensor: TensorProto) -> ModelProto {
        with_initializers(
            vec![node("Relu", &["x"], "y")],
            vec![TensorProto { name: "w".to_owned(), ..tensor }],
        )
    }

    fn raw(kind: DataType, dims: &[i64], bytes: usize) -> ModelProto {
        let (data_type, dims) = (kind as i32, dims.to_vec());
        holding(TensorProto { data_type, dims, raw_data: Some(vec![0; bytes]), ..TensorProto::default() })
    }

    #[test]
    fn bytes_fit_type_and_dimensions() {
        let fits = [
            (DataType::Float, 24),
            (DataType::Double, 48),
            (DataType::Float16, 12),
            (DataType::Bool, 6),
            (DataType::Int4, 3),
            (DataType::Uint2, 2),
            (DataType::Complex128, 96),
        ];
        for (kind, bytes) in fits {
            assert!(read(&raw(kind, &[2, 3], bytes)).is_ok(), "{kind:?}");
            assert!(read(&raw(kind, &[2, 3], bytes + 1)).is_err(), "{kind:?}");
        }
        assert!(read(&raw(DataType::Float, &[0, 3], 0)).is_ok());
    }

    #[test]
    fn dimensions_below_zero_or_beyond_measure_are_refused() {
        for dims in [&[-1][..], &[0, -1], &[1 << 40, 1 << 40], &[0, i64::MAX, i64::MAX]] {
            let answer = refusal(&raw(DataType::Float, dims, 4));

            assert!(answer.starts_with("tensor `w`: its dimensions ["), "{answer}");
            assert!(answer.ends_with("describe no possible size"), "{answer}");
        }
    }

    #[test]
    fn numbers_given_twice_or_in_the_wrong_list_are_refused() {
        let mut twice = shape("w", &[1]);
        twice.raw_data = Some(vec![0; 8]);
        let mut wrong = shape("w", &[1]);
        wrong.data_type = DataType::Float as i32;

        assert!(refusal(&holding(twice)).contains("more than once"));
        assert!(refusal(&holding(wrong)).contains("numbers of type 1 cannot be given this way"));
    }

    #[test]
    fn numbers_elsewhere_are_found_in_attributes_too() {
        let outside = TensorProto { data_location: DataLocation::External as i32, ..shape("w", &[]) };
        let value = constant(outside);
        let model = crate::samples::model(vec![having(node("Constant", &[], "y"), "value", value)]);

        assert!(refusal(&model).starts_with("tensor `w` keeps its numbers in another file"));
    }

    #[test]
    fn a_sparse_tensor_that_unfolds_beyond_the_memory_is_refused() {
        let sparse = |dims: &[i64]| {
            let mut model = holding(shape("w", &[1]));
            let graph = model.graph.as_mut().expect("a graph");
            let (values, indices) = (Some(shape("s", &[1])), Some(shape("i", &[0])));
            graph.sparse_initializer = vec![SparseTensorProto { values, indices, dims: dims.to_vec() }];
            model
        };

        assert!(read(&sparse(&[1000])).is_ok());
        assert!(refusal(&sparse(&[1 << 40])).contains("are too large"));
    }
}
