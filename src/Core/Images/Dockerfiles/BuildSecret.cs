using System.Text;
using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>A secret that commands of a Dockerfile may mount: the content of a file, or of a variable of the environment (env:NAME).</summary>
public static partial class BuildSecret
{
    public const string Variable = "env:";

    /// <summary>What a Secret of Kubernetes holds, less what is needed around it.</summary>
    private const int Largest = 900_000;

    /// <summary>Whether a text can be an id: it is a file's name and part of an argument.</summary>
    public static bool IsId(string text) => Id().IsMatch(text);

    /// <summary>The values by id, read now and kept nowhere.</summary>
    /// <exception cref="KontraktException">KTR2201: those that cannot be read; all of them.</exception>
    internal static IReadOnlyDictionary<string, byte[]> Read(ImageSource.Dockerfile build, IEnumerable<string> ids)
    {
        var (values, problems) = (new Dictionary<string, byte[]>(StringComparer.Ordinal), new List<Diagnostic>());
        foreach (var id in ids)
        {
            try
            {
                values[id] = Read(build.Secrets[id]);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add(Ktr.BuildSecretUnavailable.At(build.Location, id, build.Name, e.Message));
            }
        }
        if (values.Values.Sum(value => value.Length) > Largest)
            problems.Add(Ktr.BuildSecretUnavailable.At(build.Location, string.Join("', '", values.Keys), build.Name, $"more than {Largest / 1000} kB is more than a Secret of the cluster holds"));
        KontraktException.ThrowIfAny(problems);
        return values;
    }

    private static byte[] Read(string source)
    {
        if (!source.StartsWith(Variable, StringComparison.Ordinal))
            return File.ReadAllBytes(source);
        var name = source[Variable.Length..];
        return Environment.GetEnvironmentVariable(name) is { } value ? Encoding.UTF8.GetBytes(value) : throw new IOException($"the environment has no variable '{name}'");
    }

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9._-]*$")]
    private static partial Regex Id();
}
