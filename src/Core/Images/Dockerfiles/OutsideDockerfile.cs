using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>A Dockerfile that the build does not find in its context: one that is elsewhere (docker build -f ../web.Dockerfile .), or that is rewritten; and its own ignore file, which Kaniko looks for beside it.</summary>
internal static class OutsideDockerfile
{
    public const string Name = "Dockerfile";
    private const string Ignore = ".dockerignore";

    /// <summary>What Kubernetes takes as annotations of one object, less what other annotations need.</summary>
    private const int Largest = 200_000;

    /// <summary>The files that come to the build, by name; none where the Dockerfile is in its context.</summary>
    /// <exception cref="KontraktException">KTR2015: it is too large; KTR1020: it cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> Read(KanikoBuild plan)
    {
        var build = plan.Build;
        if (!plan.IsBeside)
            return new Dictionary<string, string>();
        try
        {
            var files = new SortedDictionary<string, string>(StringComparer.Ordinal) { [Name] = plan.Text };
            if (File.Exists(build.File + Ignore))
                files[Name + Ignore] = File.ReadAllText(build.File + Ignore);
            return files.Values.Sum(System.Text.Encoding.UTF8.GetByteCount) <= Largest ? files
                : throw Ktr.DockerfileInvalid.Error(new(build.File), $"it is larger than what comes to a build beside its context ({Largest / 1000} kB), and it has to: {(build.IsOutside ? $"it is not in the folder it is built in, '{build.Context}'. Move it there" : "it is said in other words for the executor. Write its here-documents and the variables of FROM in another way")}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Ktr.FileUnreadable.Error(e, build.Location, build.File, e.Message);
        }
    }
}
