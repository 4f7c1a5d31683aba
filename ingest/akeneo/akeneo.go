// Package akeneo reads the flat CSV export of the PIM Akeneo: a directory that holds any of channels.csv, attribute_groups.csv,
// attributes.csv, attribute_options.csv, categories.csv, families.csv, family_variants.csv, association_types.csv,
// product_models.csv and products.csv. A file that is missing is passed over, one that is there is taken to be complete: a code that
// it should define and does not is reported.
//
// A cell that is empty clears the value, since Akeneo writes "no value" so; a column that is absent leaves the value alone. Codes are
// compared without regard to case, as Akeneo does, and given in the spelling of the file that defines them. Texts are kept to the byte,
// but for line ends inside a cell, which become a line feed. A cell that cannot be read is reported and left out; the rest of its row
// is kept.
//
// Numbers are read with a point or a comma before the fraction. A single comma or point is always that, since Akeneo never groups digits
// ("1,234" is a little more than one); with both, or one of them several times, the digits are grouped ("1.234,5", "1,234,567").
//
// What is not carried over, because a gateway to readers has no use for it:
//   - of channels: currencies, the category tree, unit conversions. Which platform a channel is, its code says (see [platform]);
//   - of attributes: what limits an editor's input (lengths, ranges, extensions, validation, the rich text editor, the grid), "unique",
//     and the locales an attribute is limited to: those without the attribute have no value;
//   - labels of attribute groups, association types and family variants, attribute_as_label, attribute_as_image;
//   - groups of products, associations with groups (ASSOC-groups), quantities in associations, dates of creation and change, UUIDs;
//   - the identifier as an attribute's value: it is the product's SKU, and so no requirement of a family either. Its definition is read;
//   - locales.csv, currencies.csv, groups.csv, group_types.csv, users and every other file.
//
// Without attributes.csv the form of a column's name must say what it holds: a currency makes it money, a column of units beside it a
// quantity, everything else is text. Values of reference entities and of reference data without options in attribute_options.csv
// are texts as they stand in the cell.
//
// It refuses to read anything but files, to look into the database, and to hold products in memory: products.csv is streamed, once to count
// it and once to read it. Definitions and the codes of product models are held.
package akeneo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"unisono/content"
	"unisono/ingest"
	"unisono/locale"
)

// The files of an export.
const (
	channelsFile     = "channels.csv"
	groupsFile       = "attribute_groups.csv"
	attributesFile   = "attributes.csv"
	optionsFile      = "attribute_options.csv"
	categoriesFile   = "categories.csv"
	familiesFile     = "families.csv"
	variantsFile     = "family_variants.csv"
	associationsFile = "association_types.csv"
	modelsFile       = "product_models.csv"
	productsFile     = "products.csv"
)

var knownFiles = []string{
	channelsFile, groupsFile, attributesFile, optionsFile, categoriesFile, familiesFile, variantsFile, associationsFile,
	modelsFile, productsFile,
}

// Options say what an export does not.
type Options struct {
	// DefaultLocale is the default locale of each channel that lists it; the others take the first that they list. "": all do.
	DefaultLocale string
	// MediaBase is the URL of the folder to which the paths of images and files are relative; "" stands for "/media/", on the
	// gateway's own host.
	MediaBase string
}

// Open gives the content of an export. The error says that dir is no directory with a file of an export in it, or that an option is
// not right; what is wrong inside a file comes with reading it.
func Open(dir string, options Options) (ingest.Source, error) {
	source := &source{files: map[string]string{}, mediaBase: strings.TrimRight(options.MediaBase, "/") + "/"}
	if options.MediaBase == "" {
		source.mediaBase = "/media/"
	}
	if err := content.CheckURL(source.mediaBase); err != nil {
		return nil, fmt.Errorf("the base of media: %w", err)
	}
	if options.DefaultLocale != "" {
		tag, err := locale.Parse(options.DefaultLocale)
		if err != nil {
			return nil, fmt.Errorf("the default locale: %w", err)
		}
		source.defaultLocale = tag
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("an Akeneo export is a directory of CSV files: %w", err)
	}
	for _, entry := range entries {
		source.files[strings.ToLower(entry.Name())] = filepath.Join(dir, entry.Name())
	}
	for _, known := range knownFiles {
		if source.files[known] != "" {
			return source, nil
		}
	}
	return nil, fmt.Errorf("%s holds no file of an Akeneo export; at least one of %s is expected", dir, strings.Join(knownFiles, ", "))
}

// source is an export. It must not be read by several goroutines at once.
type source struct {
	files         map[string]string // the path by the name in lower case
	defaultLocale locale.Tag
	mediaBase     string
	known         *index // made when it is first needed
}

// Size counts the rows of all files that items come from.
func (s *source) Size(ctx context.Context) (int, error) {
	known, err := s.index(ctx)
	if err != nil {
		return 0, err
	}
	return known.rows, nil
}

// errStop ends the reading because the reader has enough.
var errStop = errors.New("enough")

// Items gives channels, categories, attributes, options, families, product models with parents first, and products.
func (s *source) Items(ctx context.Context, report func(ingest.Problem)) iter.Seq2[ingest.Item, error] {
	return func(yield func(ingest.Item, error) bool) {
		known, err := s.index(ctx)
		if err != nil {
			yield(ingest.Item{}, err)
			return
		}
		e := &export{source: s, index: known, report: report, yield: func(item ingest.Item) error {
			if !yield(item, nil) {
				return errStop
			}
			return nil
		}}
		for _, read := range []func(context.Context) error{
			e.channels, e.categories, e.attributes, e.options, e.families, e.models, e.products,
		} {
			if err := read(ctx); err != nil {
				if !errors.Is(err, errStop) {
					yield(ingest.Item{}, err)
				}
				return
			}
		}
	}
}

// export is one reading of a source from beginning to end.
type export struct {
	*source
	*index
	report func(ingest.Problem)
	yield  func(ingest.Item) error
}

// each reads the rows of a file, if it is there. With begin, the header can be looked at before the first row is read.
func (e *export) each(ctx context.Context, name string, begin func(*table), take func(*row) error) error {
	return e.read(ctx, name, e.report, begin, take)
}

func (s *source) read(ctx context.Context, name string, report func(ingest.Problem), begin func(*table), take func(*row) error) error {
	path := s.files[name]
	if path == "" {
		return nil
	}
	table, err := openTable(path, report)
	if err != nil {
		return err
	}
	defer table.close()
	if begin != nil {
		begin(table)
	}
	for row, err := range table.rows(ctx) {
		if err != nil {
			return err
		}
		if err := take(&row); err != nil {
			return err
		}
	}
	return nil
}
