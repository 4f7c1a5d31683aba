package akeneo

import (
	"net/url"
	"path"
	"strings"

	"unisono/content"
	"unisono/fault"
)

// mediaTypes are the MIME type and the medium of files, by their extension.
var mediaTypes = map[string]struct {
	mime   string
	medium content.Medium
}{
	".jpg": {"image/jpeg", content.Image}, ".jpeg": {"image/jpeg", content.Image}, ".png": {"image/png", content.Image},
	".gif": {"image/gif", content.Image}, ".webp": {"image/webp", content.Image}, ".avif": {"image/avif", content.Image},
	".svg": {"image/svg+xml", content.Image}, ".tif": {"image/tiff", content.Image}, ".tiff": {"image/tiff", content.Image},
	".mp4": {"video/mp4", content.Video}, ".webm": {"video/webm", content.Video}, ".mov": {"video/quicktime", content.Video},
	".mp3": {"audio/mpeg", content.Audio}, ".wav": {"audio/wav", content.Audio}, ".ogg": {"audio/ogg", content.Audio},
	".txt": {"text/plain", content.Text}, ".csv": {"text/csv", content.Text},
	".html": {"text/html", content.Hypertext}, ".pdf": {"application/pdf", content.Hypertext},
}

// media reads all images and files of a row. Names says which column each came from.
func (e *export) media(row *row, from []target) (all []content.Media, names []string) {
	for _, column := range from {
		name := column.cells[0].name
		file := strings.TrimSpace(row.cells[column.cells[0].place])
		if file == "" {
			continue
		}
		address, wrong := e.address(file)
		if wrong != nil {
			row.problem(name, wrong.Code, "%s", wrong.Message)
			continue
		}
		one := content.Media{URL: address, Role: column.attribute.key, Locale: column.locale, Medium: content.Hypertext}
		if column.attribute.source == "pim_catalog_image" {
			one.Medium = content.Image
		}
		if known, is := mediaTypes[strings.ToLower(path.Ext(file))]; is {
			one.MimeType, one.Medium = known.mime, known.medium
		}
		if column.channel != "" {
			one.Channels = []string{column.channel}
		}
		all, names = append(all, one), append(names, name)
	}
	return all, names
}

// address gives the URL of a file. What is one already stays.
func (e *export) address(file string) (string, *fault.Problem) {
	address := file
	if !strings.HasPrefix(file, "https://") && !strings.HasPrefix(file, "http://") {
		segments := strings.Split(strings.TrimLeft(file, "/"), "/")
		for i, segment := range segments {
			if segment == ".." {
				return "", refuse(fault.Invalid, "the path %.100q leads out of its folder; it is left out", file)
			}
			segments[i] = url.PathEscape(segment)
		}
		address = e.mediaBase + strings.Join(segments, "/")
	}
	if err := content.CheckURL(address); err != nil {
		return "", refuse(fault.Invalid, "it is left out: %v", err)
	}
	return address, nil
}
