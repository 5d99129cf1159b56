using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>A Dockerfile that does not lie in its context (docker build -f ../web.Dockerfile .), and its own ignore file, which Kaniko looks for beside it.</summary>
internal static class OutsideDockerfile
{
    public const string Name = "Dockerfile";
    private const string Ignore = ".dockerignore";

    /// <summary>What Kubernetes takes as annotations of one object, less what other annotations need.</summary>
    private const int Largest = 200_000;

    /// <summary>The files that come to the build, by name; none where the Dockerfile lies in its context.</summary>
    /// <exception cref="KontraktException">KTR2015: it is too large; KTR1020: it cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> Read(DockerfileBuild build)
    {
        if (!build.IsOutside)
            return new Dictionary<string, string>();
        try
        {
            var files = new SortedDictionary<string, string>(StringComparer.Ordinal) { [Name] = File.ReadAllText(build.File) };
            if (File.Exists(build.File + Ignore))
                files[Name + Ignore] = File.ReadAllText(build.File + Ignore);
            return files.Values.Sum(System.Text.Encoding.UTF8.GetByteCount) <= Largest ? files
                : throw Ktr.DockerfileInvalid.Error(new(build.File), $"it is not in the folder it is built in, '{build.Context}', and is larger than what comes there by other ways ({Largest / 1000} kB). Move it there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Ktr.FileUnreadable.Error(e, build.Location, build.File, e.Message);
        }
    }
}
