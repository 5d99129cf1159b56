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
    /// <summary>The new text (the same instance when nothing was replaced).</summary>
    /// <param name="imageDirectory">What relative image paths are relative to; null for the file's folder.</param>
    /// <exception cref="KontraktException">The text is not YAML; tokens without a value; what <see cref="ResolveValues.Image"/> throws: all of them.</exception>
    public static string ResolveText(string kontrakt, string file, string text, ResolveValues values, string? imageDirectory = null)
    {
        YamlFile yaml;
        try
        {
            yaml = YamlFile.Parse(file, text, ManifestRoles.HasExpressions(file));
        }
        catch (YamlSyntaxException fault)
        {
            throw new KontraktException([ManifestFaults.From(fault, file)], fault);
        }
        var uses = ImageUses.Collect(kontrakt, file, imageDirectory ?? Path.GetDirectoryName(file) ?? "", yaml.Documents);
        var edits = new ScalarEdits(yaml, values);
        edits.Collect(uses);
        return edits.Apply();
    }

    /// <summary>A single text with its tokens replaced; those without a value stay.</summary>
    public static string ResolveTokens(string text, ResolveValues values) =>
        Token.All(values).Aggregate(text, (replaced, token) => token.Value is { } value ? replaced.Replace(token.Text, value, StringComparison.Ordinal) : replaced);

    /// <summary>
    /// Resolves every file of a kontrakt into a folder; returns resolved path by source path. Files are read and written concurrently, one at a
    /// time in memory per worker; one whose content exists already is not written.
    /// </summary>
    /// <exception cref="KontraktException">Every error of every file.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ResolveAsync(KontraktFolder folder, string outputDirectory, ResolveValues values, CancellationToken cancellationToken)
    {
        var resolved = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var problems = new ConcurrentQueue<Diagnostic>();
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        await Parallel.ForEachAsync(folder.Files, options, async (file, token) =>
        {
            var target = OutputPath(folder, file, outputDirectory);
            try
            {
                await ResolveFileAsync(folder, file, target, values, token);
                resolved[file] = target;
            }
            catch (KontraktException fault)
            {
                foreach (var diagnostic in fault.Diagnostics)
                    problems.Enqueue(diagnostic);
            }
            catch (YamlSyntaxException fault)
            {
                problems.Enqueue(ManifestFaults.From(fault, file));
            }
            catch (Exception fault) when (ManifestFaults.IsFileFault(fault))
            {
                problems.Enqueue(ManifestFaults.From(fault, file));
            }
        });
        KontraktException.ThrowIfAny(ManifestFaults.InOrder(problems));
        return resolved;
    }

    /// <summary>Resolves a file in place.</summary>
    /// <param name="write">False: only says whether it would change.</param>
    /// <returns>Whether it changes.</returns>
    /// <exception cref="KontraktException">As <see cref="ResolveText"/>, or the file cannot be read or written.</exception>
    public static async Task<bool> ReplaceAsync(KontraktFolder folder, string file, bool write, ResolveValues values, CancellationToken cancellationToken)
    {
        try
        {
            var source = YamlText.Load(file);
            var text = ResolveText(folder.Name, file, source.Text, values, ImageUses.DirectoryOf(folder, file));
            if (ReferenceEquals(text, source.Text))
                return false;
            if (write)
                await File.WriteAllBytesAsync(file, source.Encoding.GetBytes(text), cancellationToken);
            return true;
        }
        catch (YamlSyntaxException fault)
        {
            throw new KontraktException([ManifestFaults.From(fault, file)], fault);
        }
        catch (Exception fault) when (ManifestFaults.IsFileFault(fault))
        {
            throw new KontraktException([ManifestFaults.From(fault, file)], fault);
        }
    }

    private static async Task ResolveFileAsync(KontraktFolder folder, string file, string target, ResolveValues values, CancellationToken cancellationToken)
    {
        var source = YamlText.Load(file);
        var text = ResolveText(folder.Name, file, source.Text, values, ImageUses.DirectoryOf(folder, file));
        var bytes = source.Encoding.GetBytes(text);
        if (new FileInfo(target) is { Exists: true } existing && existing.Length == bytes.Length && File.ReadAllBytes(target).AsSpan().SequenceEqual(bytes))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(target) ?? ".");
        await File.WriteAllBytesAsync(target, bytes, cancellationToken);
    }

    /// <summary>The same path below the output folder; what is outside of the kontrakt (a rendered kustomization) by its name.</summary>
    private static string OutputPath(KontraktFolder folder, string file, string outputDirectory)
    {
        var relative = Path.GetRelativePath(folder.Directory, file);
        return Path.GetFullPath(Path.Combine(outputDirectory, relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? Path.GetFileName(file) : relative));
    }
}
