using System.Globalization;

namespace Bench;

/// <summary>resolve: read, check and resolve 1,000 files of 10 documents, against `kubectl apply --dry-run=client` on them; peak memory of ours at 1,000 and at 4,000 files.</summary>
internal static class ResolveBenchmark
{
    public static async Task RunAsync()
    {
        var root = Setting.Temporary();
        try
        {
            var small = Write(root, "kontrakt", files: 1000);
            await Paired.RunAsync("resolve", "at most 0.2", pairs: 3,
                ("resolve 1,000 files of 10 documents, a process", () => Children.TimeAsync("child-resolve", small)),
                ("kubectl apply --dry-run=client on the same", () => Paired.CommandAsync("kubectl", ["apply", "--dry-run=client", "-f", small], null, Setting.ProcessEnvironment)));
            var large = Write(Path.Combine(root, "large"), "kontrakt", files: 4000);
            Console.WriteLine($"  peak memory: {await Children.OutputAsync("child-resolve", small)} MB at 1,000 files, {await Children.OutputAsync("child-resolve", large)} MB at 4,000");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static string Write(string root, string name, int files)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        for (var file = 0; file < files; file++)
        {
            var documents = Enumerable.Range(0, 10).Select(each => string.Create(CultureInfo.InvariantCulture, $"""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: pod-{file}-{each}
                  labels:
                    app: bench # a comment
                    kontrakt: {(each == 0 ? "test" : "target")}
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: "registry.example.com/team/app:1.{each}@sha256:{new string('a', 64)}"
                    args: ["--reference", "$(REFERENCE)", "--number", "{file}"]
                    env:
                    - name: REFERENCE
                      value: ${"{kontrakt.sourceReference}"}
                """));
            File.WriteAllText(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"file-{file}.yaml")), string.Join("\n---\n", documents) + "\n");
        }
        return folder;
    }
}
