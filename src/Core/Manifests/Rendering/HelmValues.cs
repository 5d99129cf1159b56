using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests.Rendering;

/// <summary>The values that a chart and its subcharts get. Any of them may be a secret, and Go's templates print values when they fail, in whatever form a template has made of them.</summary>
internal sealed class HelmValues
{
    private const string ValuesFile = "values.yaml";

    private readonly Redactor _redactor;

    private HelmValues(IEnumerable<string> texts) => _redactor = Redactor.For([], texts);

    /// <param name="directory">Of the chart.</param>
    /// <param name="files">Beside its own values.yaml.</param>
    /// <exception cref="KontraktException">One of them is not YAML, at its line; or cannot be read.</exception>
    public static HelmValues Read(string directory, IEnumerable<string> files)
    {
        var (texts, problems) = (new List<string>(), new List<Diagnostic>());
        var own = files.Append(Path.Combine(directory, ValuesFile)).Where(File.Exists).ToList();
        foreach (var (name, read) in own.Select(file => (file, (Func<YamlText>)(() => YamlText.Load(file)))).Concat(OfSubcharts(directory)))
            try
            {
                foreach (var document in YamlFile.Parse(name, read().Text).Documents)
                    Collect(document, texts);
            }
            catch (YamlSyntaxException) when (!own.Contains(name))
            {
                // A file of others that helm may never read as values.
            }
            catch (YamlSyntaxException fault)
            {
                problems.Add(ManifestFaults.From(fault, name));
            }
            catch (Exception fault) when (ManifestFaults.IsFileFault(fault))
            {
                problems.Add(ManifestFaults.From(fault, name));
            }
        KontraktException.ThrowIfAny(problems);
        return new(texts);
    }

    public string Redact(string text) => _redactor.Redact(text);

    /// <summary>Subcharts are folders, or packed, and have subcharts themselves.</summary>
    private static IEnumerable<(string Name, Func<YamlText> Read)> OfSubcharts(string directory)
    {
        var charts = Path.Combine(directory, "charts");
        if (!Directory.Exists(charts))
            return [];
        return Directory.EnumerateFiles(charts, ValuesFile, SearchOption.AllDirectories).Where(file => File.Exists(Path.Combine(Path.GetDirectoryName(file) ?? charts, HelmRenderer.ChartFile))).Select(file => (file, (Func<YamlText>)(() => YamlText.Load(file))))
            .Concat(Directory.EnumerateFiles(charts, "*.tgz", SearchOption.AllDirectories).SelectMany(Packed));
    }

    private static IEnumerable<(string Name, Func<YamlText> Read)> Packed(string archive)
    {
        var found = new List<(string, Func<YamlText>)>();
        try
        {
            using var reader = new TarReader(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress));
            while (reader.GetNextEntry() is { } entry)
            {
                if (Path.GetFileName(entry.Name) != ValuesFile || entry.DataStream is not { } data)
                    continue;
                using var values = new MemoryStream();
                data.CopyTo(values);
                var (name, bytes) = ($"{archive}/{entry.Name}", values.ToArray());
                found.Add((name, () => YamlText.Decode(name, bytes)));
            }
        }
        catch (Exception fault) when (fault is InvalidDataException || ManifestFaults.IsFileFault(fault))
        {
            // It is not an archive, or cannot be read: helm says so, and has read no value of it.
        }
        return found;
    }

    /// <summary>Values, and not the keys, which messages are about.</summary>
    private static void Collect(YamlNode node, List<string> texts)
    {
        if (node is YamlMapping mapping)
            foreach (var entry in mapping.Entries)
                Collect(entry.Value, texts);
        else if (node is YamlSequence list)
            foreach (var item in list.Items)
                Collect(item, texts);
        else if (node is YamlScalar { Value: var value })
        {
            texts.Add(value);
            if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                texts.Add(OfGo(number));
        }
    }

    /// <summary>A number as Go prints it, which has them all as floating-point numbers: 12345678 is 1.2345678e+07.</summary>
    private static string OfGo(double number)
    {
        var text = number.ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits < 16; digits++)
            if (double.Parse(number.ToString($"E{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) == number)
            {
                text = number.ToString($"E{digits}", CultureInfo.InvariantCulture);
                break;
            }
        var at = text.IndexOf('E', StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"{text[..at]}e{text[at + 1]}{int.Parse(text[(at + 2)..], CultureInfo.InvariantCulture):00}");
    }
}
