using Kontrakt.Git;

namespace Kontrakt.Pipelines.Init;

/// <summary>Files by which CI systems run kontrakts.</summary>
public static class Workflows
{
    public static IReadOnlyList<string> Systems { get; } = ["github", "gitlab", "none"];

    /// <summary>The file, at the root of the repository; null for "none".</summary>
    /// <summary>Whether a CI system would find a file that is made for the folder.</summary>
    public static bool IsSeen(string folder) => GitRoot.Find(folder) is not null;

    /// <param name="folder">A full path below which the kontrakts are.</param>
    public static InitFile? For(string system, string folder)
    {
        var root = GitRoot.Of(folder);
        return For(system, root, Path.GetRelativePath(root, folder).Replace('\\', '/'));
    }

    private static InitFile? For(string system, string root, string directory) => system switch
    {
        "github" => new(Path.Combine(root, ".github", "workflows", "kontrakt.yml"), $"""
            # Runs the kontrakts on Kontrakt's own engine, which needs neither a cluster nor a registry.
            name: kontrakt
            on:
              push:
              pull_request:
            jobs:
              kontrakt:
                runs-on: ubuntu-latest
                permissions:
                  contents: read
                steps:
                  - uses: actions/checkout@v4
                  - uses: actions/setup-dotnet@v4
                    with:
                      dotnet-version: 10.0.x
                  - run: dotnet tool install --global Kontrakt.Tool
                  # Verdicts become annotations and the summary of the step by themselves.
                  - run: kontrakt run --directory "{directory}" --html kontrakt.html --junit kontrakt.xml
                  - uses: actions/upload-artifact@v4
                    if: always()
                    with:
                      name: kontrakt
                      path: kontrakt.*

            """),
        "gitlab" => new(Path.Combine(root, "kontrakt.gitlab-ci.yml"), $"""
            # For .gitlab-ci.yml: include: [kontrakt.gitlab-ci.yml]. Runs the kontrakts on Kontrakt's own engine, which needs neither a cluster nor a registry.
            kontrakt:
              image: mcr.microsoft.com/dotnet/sdk:10.0
              script:
                - dotnet tool install --tool-path /tmp/kontrakt Kontrakt.Tool
                - /tmp/kontrakt/kontrakt run --directory "{directory}" --html kontrakt.html --junit kontrakt.xml
              artifacts:
                when: always
                paths: [kontrakt.html]
                reports:
                  junit: kontrakt.xml

            """),
        _ => null,
    };
}
