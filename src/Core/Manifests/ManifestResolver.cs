using System.Collections.Concurrent;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>
/// Replaces tokens and image sources in the text of a file; every other byte stays. Tokens count in keys and values, also in those of a block
/// scalar; not in comments, anchors and tags.
/// </summary>
public static class ManifestResolver
{
    /// <summary>The file with everything replaced (the same instance when nothing was).</summary>
    /// <param name="uses">The image uses in it.</param>
    /// <exception cref="KontraktException">Tokens without a value; what <see cref="ResolveValues.Image"/> throws: all of them.</exception>
    public static ManifestFile Resolve(ManifestFile file, IEnumerable<ImageUse> uses, ResolveValues values)
    {
        var edits = new ScalarEdits(file.Yaml, values);
        edits.Collect(uses);
        try
        {
            var resolved = edits.Apply();
            return ReferenceEquals(resolved, file.Yaml) ? file : file with { Yaml = resolved };
        }
        catch (YamlSyntaxException fault)
        {
            throw new KontraktException([ManifestFaults.From(fault, file.Yaml.Path)], fault);
        }
    }

    /// <summary>A single text with its tokens replaced; those without a value stay.</summary>
    public static string ResolveTokens(string text, ResolveValues values) =>
        TextToken.All(values).Aggregate(text, (replaced, token) => token.Value is { } value ? replaced.Replace(token.Text, value, StringComparison.Ordinal) : replaced);

    /// <summary>Every file of a kontrakt with everything replaced, in the order of the files; nothing is written.</summary>
    /// <exception cref="KontraktException">Every error of every file.</exception>
    public static IReadOnlyList<ManifestFile> ResolveAll(KontraktManifests kontrakt, ResolveValues values)
    {
        var uses = kontrakt.Images.ToLookup(use => use.Location.File, StringComparer.Ordinal);
        var resolved = new ManifestFile[kontrakt.Files.Count];
        var problems = new ConcurrentQueue<Diagnostic>();
        Parallel.For(0, resolved.Length, index =>
        {
            try
            {
                resolved[index] = Resolve(kontrakt.Files[index], uses[kontrakt.Files[index].Yaml.Path], values);
            }
            catch (KontraktException fault)
            {
                foreach (var diagnostic in fault.Diagnostics)
                    problems.Enqueue(diagnostic);
            }
        });
        KontraktException.ThrowIfAny(ManifestFaults.InOrder(problems));
        return resolved;
    }

    /// <summary>Writes the resolved kontrakt into a folder, and returns it: its files are the written ones, its places those of the sources.</summary>
    /// <exception cref="KontraktException">Every error of every file.</exception>
    public static async Task<KontraktManifests> ResolveAsync(KontraktManifests kontrakt, string outputDirectory, ResolveValues values, CancellationToken cancellationToken)
    {
        var files = ResolveAll(kontrakt, values).Select(file => file with { Path = Path.GetFullPath(Path.Combine(outputDirectory, kontrakt.Folder.PathOf(file.Path))) }).ToList();
        await Parallel.ForEachAsync(files, cancellationToken, async (file, token) => await file.WriteAsync(token));
        return ManifestReader.Read(kontrakt.Folder, files, new(kontrakt.Folder.Directory), []);
    }
}
