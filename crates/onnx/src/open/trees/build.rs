//! From lists of nodes to trees whose parents stand before their children.

use forms::{Node as Made, Tree};

use super::modes::{self, Way};
use super::{Adds, Aggregate, Ensemble, Mode, Node};
use crate::open::graph::Reader;
use crate::open::value::Rows;

/// What one node counts against the numbers that a model may need.
const NODE_NUMBERS: usize = 4;

/// The trees of one result, and whether some leaf always adds to it. Trees that never add to it are left out.
pub(super) fn trees(
    reader: &mut Reader<'_>,
    rows: &Rows,
    ensemble: &Ensemble,
    target: usize,
    aggregate: Aggregate,
) -> Result<(Vec<Tree>, Adds), String> {
    let mut builder = Builder { reader, rows, ensemble, places: vec![None; ensemble.nodes.len()] };
    let mut trees = Vec::new();
    let mut all = Adds::Never;
    for root in &ensemble.roots {
        let (tree, adds) = builder.tree(*root, target, aggregate)?;
        trees.extend(tree);
        all = match (all, adds) {
            (Adds::Always, _) | (_, Adds::Always) => Adds::Always,
            (Adds::Never, Adds::Never) => Adds::Never,
            _ => Adds::Sometimes,
        };
    }
    Ok((trees, all))
}

struct Builder<'b, 'a> {
    reader: &'b mut Reader<'a>,
    rows: &'b Rows,
    ensemble: &'b Ensemble,
    /// For every node of the ensemble how many parents are still to come, then where it is in the tree.
    places: Vec<Option<u32>>,
}

impl Builder<'_, '_> {
    fn tree(
        &mut self,
        root: usize,
        target: usize,
        aggregate: Aggregate,
    ) -> Result<(Option<Tree>, Adds), String> {
        let order = self.ordered(root)?;
        let counted = self.place(&order)?;
        let tree = self.written(&order, counted, target, aggregate);
        for node in &order {
            self.places.get_mut(*node).into_iter().for_each(|place| *place = None);
        }
        tree
    }

    /// The nodes below a root, parents before children. The gate has seen that there is no circle.
    fn ordered(&mut self, root: usize) -> Result<Vec<usize>, String> {
        let mut found = vec![root];
        let mut parents: std::collections::HashMap<usize, u32> = std::collections::HashMap::from([(root, 0)]);
        let mut at = 0;
        while let Some(node) = found.get(at).copied() {
            self.reader.spend(NODE_NUMBERS)?;
            for child in self.children(node) {
                let count = parents.entry(child).or_insert_with(|| {
                    found.push(child);
                    0
                });
                *count += 1;
            }
            at += 1;
        }
        let mut free = vec![root];
        let mut order = Vec::with_capacity(found.len());
        while let Some(node) = free.pop() {
            order.push(node);
            for child in self.children(node) {
                let Some(left) = parents.get_mut(&child) else { continue };
                *left -= 1;
                if *left == 0 {
                    free.push(child);
                }
            }
        }
        if order.len() == found.len() { Ok(order) } else { Err("a tree leads back to itself".to_owned()) }
    }

    fn children(&self, node: usize) -> impl Iterator<Item = usize> + use<> {
        let pair = match self.ensemble.nodes.get(node) {
            Some(Node::Ask(question)) => [Some(question.no), Some(question.yes)],
            _ => [None, None],
        };
        pair.into_iter().flatten()
    }

    /// Gives every node its place; answers with the length of the tree.
    fn place(&mut self, order: &[usize]) -> Result<usize, String> {
        let mut next = 0_usize;
        for node in order {
            let length = match self.ensemble.nodes.get(*node) {
                Some(Node::Ask(question)) => modes::count(&question.mode),
                _ => 1,
            };
            let place = u32::try_from(next).map_err(|error| error.to_string())?;
            self.places.get_mut(*node).into_iter().for_each(|slot| *slot = Some(place));
            self.reader.spend((length - 1).saturating_mul(NODE_NUMBERS))?;
            next += length;
        }
        Ok(next)
    }

    fn written(
        &self,
        order: &[usize],
        length: usize,
        target: usize,
        aggregate: Aggregate,
    ) -> Result<(Option<Tree>, Adds), String> {
        let mut nodes = Vec::with_capacity(length);
        let mut covers = self.ensemble.covers.is_some().then(Vec::new);
        let (mut adds, mut leaves) = (0_usize, 0_usize);
        for node in order {
            let before = nodes.len();
            match self.ensemble.nodes.get(*node) {
                Some(Node::Leaf(weights)) => {
                    let weight = weights.iter().find(|(id, _)| *id == target).map(|(_, weight)| *weight);
                    leaves += 1;
                    adds += usize::from(weight.is_some());
                    nodes.push(Made::Leaf(self.leaf(weight.unwrap_or(0.0), aggregate)?));
                }
                Some(Node::Ask(question)) => self.ask(question, &mut nodes)?,
                None => return Err("a branch leads to a node that does not exist".to_owned()),
            }
            // How many training rows answered one half of a question is not known.
            covers = covers.filter(|_| nodes.len() == before + 1);
            if let (Some(covers), Some(given)) = (&mut covers, &self.ensemble.covers) {
                covers.extend(given.get(*node));
            }
        }
        let adds_up = matches!(aggregate, Aggregate::Sum | Aggregate::Average);
        match adds {
            0 => Ok((None, Adds::Never)),
            adds if adds == leaves => Ok((Some(Tree { nodes, covers }), Adds::Always)),
            _ if adds_up => Ok((Some(Tree { nodes, covers }), Adds::Sometimes)),
            _ => Err("a tree whose smallest or largest leaf counts has leaves without a weight".to_owned()),
        }
    }

    /// An average is a sum of leaves that are shares of it.
    fn leaf(&self, weight: f64, aggregate: Aggregate) -> Result<f64, String> {
        let trees = u32::try_from(self.ensemble.roots.len()).map_err(|error| error.to_string())?;
        let weight = if aggregate == Aggregate::Average { weight / f64::from(trees) } else { weight };
        if weight.is_finite() { Ok(weight) } else { Err("a leaf is not finite".to_owned()) }
    }

    fn ask(&self, question: &super::Question, nodes: &mut Vec<Made>) -> Result<(), String> {
        let column = question.column;
        if column >= self.rows.width() {
            return Err(format!("a tree asks for number {column} of a row of {}", self.rows.width()));
        }
        let column = u32::try_from(column).map_err(|error| error.to_string())?;
        let first = nodes.len();
        let place = |node: usize| self.places.get(node).copied().flatten().ok_or("a branch leads nowhere");
        let (yes, no) = (place(question.yes)?, place(question.no)?);
        self.check_chain(question)?;
        let way = |way: Way| match way {
            Way::Yes => Ok(yes),
            Way::No => Ok(no),
            Way::Next(number) => u32::try_from(first + number).map_err(|error| error.to_string()),
        };
        for ask in modes::asks(question, self.rows.kind)? {
            nodes.push(Made::Branch(ask.branch(column, way(ask.low)?, way(ask.high)?)));
        }
        if nodes.len() - first == modes::count(&question.mode) {
            Ok(())
        } else {
            Err("a tree asks for a set that names a member twice".to_owned())
        }
    }

    /// The runtime makes one question of several `==` in a row that lead to the same node, and then asks only the
    /// first of them where NaN goes.
    fn check_chain(&self, question: &super::Question) -> Result<(), String> {
        let Some(Node::Ask(next)) = self.ensemble.nodes.get(question.no) else { return Ok(()) };
        let is_chain = question.mode == Mode::Equal
            && next.mode == Mode::Equal
            && question.column == next.column
            && question.yes == next.yes;
        if is_chain && question.missing_yes != next.missing_yes {
            return Err("a chain of questions for one value sends missing values two ways".to_owned());
        }
        Ok(())
    }
}
