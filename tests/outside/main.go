// Checks a record book over HTTP with golang.org/x/mod: note opens its checkpoint, tlog rebuilds its tree from every
// entry and checks the proofs. Nothing here is shared with the workspace that keeps the record book.
//
// Built against Debian's golang-golang-x-mod-dev with GO111MODULE=off and GOPATH=/usr/share/gocode.
// Ends with 0 and counts as JSON when everything holds, else with 1 and a sentence.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Every tile holds 2^height hashes.
const height = 8

// More entries than this and only every so many have a proof of their own checked.
const allProofs = 2048

type book struct {
	prefix string
	key    note.Verifiers
	origin string
}

type head struct {
	size int64
	root tlog.Hash
}

func main() {
	prefix := flag.String("log", "", "address of the record book, such as http://127.0.0.1:8080/log")
	key := flag.String("key", "", "its key")
	seen := flag.String("seen", "", "folder of older checkpoints, one a file; the newest one is put there too")
	proofs := flag.String("proofs", "", "folder of .tlog-proof files")
	flag.Parse()
	said, err := check(*prefix, *key, *seen, *proofs)
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
	fmt.Println(said)
}

func check(prefix, key, seen, proofs string) (string, error) {
	begun := time.Now()
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return "", fmt.Errorf("the key: %w", err)
	}
	b := &book{prefix, note.VerifierList(verifier), verifier.Name()}
	text, err := b.get("/checkpoint")
	if err != nil {
		return "", err
	}
	now, err := b.open(text)
	if err != nil {
		return "", fmt.Errorf("the checkpoint: %w", err)
	}
	stored, err := b.rebuild(now)
	if err != nil {
		return "", err
	}
	included, err := b.included(now, stored)
	if err != nil {
		return "", err
	}
	consistent, err := b.consistent(now, text, seen)
	if err != nil {
		return "", err
	}
	files, err := b.files(proofs)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`{"entries":%d,"inclusion_proofs":%d,"older_checkpoints":%d,"proof_files":%d,"seconds":%.2f}`,
		now.size, included, consistent, files, time.Since(begun).Seconds()), nil
}

// get gives what lies at an address of the record book.
func (b *book) get(path string) ([]byte, error) {
	answer, err := http.Get(b.prefix + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, answer.Status)
	}
	return body, err
}

// open verifies the signature of a checkpoint and reads its three lines.
func (b *book) open(text []byte) (head, error) {
	signed, err := note.Open(text, b.key)
	if err != nil {
		return head{}, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 || lines[0] != b.origin {
		return head{}, fmt.Errorf("it is of %q", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return head{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return head{size, root}, err
}

// rebuild hashes every entry and compares the root. It gives all hashes of the tree in the order tlog stores them.
func (b *book) rebuild(now head) (tlog.HashReader, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, 0, len(indexes))
		for _, index := range indexes {
			if index >= int64(len(stored)) {
				return nil, fmt.Errorf("there is no hash %d", index)
			}
			hashes = append(hashes, stored[index])
		}
		return hashes, nil
	})
	for index := int64(0); index < now.size; {
		bundle, err := b.bundle(index, now.size)
		if err != nil {
			return nil, err
		}
		for _, entry := range bundle {
			more, err := tlog.StoredHashes(index, entry, reader)
			if err != nil {
				return nil, err
			}
			stored = append(stored, more...)
			index++
		}
	}
	root, err := tlog.TreeHash(now.size, reader)
	if err == nil && now.size > 0 && root != now.root {
		err = fmt.Errorf("the entries give the root %v, the checkpoint says %v", root, now.root)
	}
	return reader, err
}

// bundle gives the entries from this one to the end of its bundle.
func (b *book) bundle(first, size int64) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: -1, N: first >> height, W: 1 << height}
	if left := size - first; left < 1<<height {
		tile.W = int(left)
	}
	data, err := b.get(path(tile))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s ends in the middle of an entry", path(tile))
		}
		length := 2 + int(binary.BigEndian.Uint16(data))
		entries, data = append(entries, data[2:length]), data[length:]
	}
	if len(entries) != tile.W {
		return nil, fmt.Errorf("%s holds %d entries, not %d", path(tile), len(entries), tile.W)
	}
	return entries, nil
}

// path spells a tile as C2SP does: without the height, and with entries instead of data.
func path(tile tlog.Tile) string {
	spelled := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	return "/tile/" + strings.Replace(spelled, "data/", "entries/", 1)
}

// tiles lets tlog read the tiles that the site serves.
type tiles struct {
	book *book
	kept map[string][]byte
}

func (t tiles) Height() int { return height }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, have := t.kept[path(tile)]
		if !have {
			var err error
			if data, err = t.book.get(path(tile)); err != nil {
				return nil, err
			}
			t.kept[path(tile)] = data
		}
		all = append(all, data)
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// reader reads hashes from served tiles, as far as tlog finds that they belong to the root.
func (b *book) reader(of head) tlog.HashReader {
	return tlog.TileHashReader(tlog.Tree{N: of.size, Hash: of.root}, tiles{b, map[string][]byte{}})
}

// included checks that entries stand in the tree, by proofs made from the served tiles.
func (b *book) included(now head, stored tlog.HashReader) (int, error) {
	served, step, count := b.reader(now), now.size/allProofs+1, 0
	for index := int64(0); index < now.size; index += step {
		proof, err := tlog.ProveRecord(now.size, index, served)
		if err != nil {
			return 0, fmt.Errorf("entry %d: %w", index, err)
		}
		leaf, err := stored.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		if err != nil {
			return 0, err
		}
		if err := tlog.CheckRecord(proof, now.size, now.root, index, leaf[0]); err != nil {
			return 0, fmt.Errorf("entry %d: %w", index, err)
		}
		count++
	}
	return count, nil
}

// consistent checks that every older checkpoint is the beginning of this one, and keeps this one.
func (b *book) consistent(now head, text []byte, folder string) (int, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.checkpoint"))
	if folder == "" || err != nil {
		return 0, err
	}
	served := b.reader(now)
	for _, name := range names {
		older, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		old, err := b.open(older)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		if old.size == 0 {
			continue
		}
		if old.size > now.size {
			return 0, fmt.Errorf("%s: the record book had %d entries and has %d", name, old.size, now.size)
		}
		proof, err := tlog.ProveTree(now.size, old.size, served)
		if err == nil {
			err = tlog.CheckTree(proof, now.size, now.root, old.size, old.root)
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
	}
	kept := filepath.Join(folder, fmt.Sprintf("%d.checkpoint", now.size))
	return len(names), os.WriteFile(kept, text, 0o644)
}

// files checks proof files by themselves, each with the entry that it carries.
func (b *book) files(folder string) (int, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.tlog-proof"))
	if folder == "" || err != nil {
		return 0, err
	}
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err == nil {
			err = b.file(file)
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
	}
	return len(names), nil
}

// file checks a proof file of C2SP.
func (b *book) file(file []byte) error {
	top, checkpoint, found := bytes.Cut(file, []byte("\n\n"))
	lines := strings.Split(string(top), "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("it is no proof file")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	of, err := b.open(checkpoint)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, of.size, of.root, index, tlog.RecordHash(entry))
}
