using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>What init writes is a kontrakt, and what it leaves out it says.</summary>
[TestClass]
public sealed class FirstKontrakts
{
    private const string Compose = """
        services:
          web:
            build: {context: ./web, target: final, args: {MODE: release}}
            ports: ["127.0.0.1:8080:80", "53:53/udp", "7000-7010:7000-7010"]
            environment: {URL: "${SCHEME:-http}://db/$$HOME", PASSWORD: , PRICE: "$(5)"}
            depends_on: {migrate: {condition: service_completed_successfully}}
            volumes: ["./conf:/etc/conf", "cache:/var/cache"]
            healthcheck: {test: ["CMD", "curl", "-f", "http://localhost"], interval: 5s, retries: 3}
            deploy: {replicas: 2}
            cap_add: [NET_ADMIN]
          db_main:
            image: postgres:16
            user: "999:999"
            command: postgres -c 'max connections=5'
            tmpfs: /run
            env_file: db.env
          migrate:
            image: tool:1
          tests:
            image: tool:1
            entrypoint: [/run, all]
          debug:
            image: tool:1
            profiles: [debug]
        """;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000)]
    public async Task OfAComposeFileHaveItsServices()
    {
        var folder = Make(("compose.yaml", Compose), ("web/Dockerfile", "FROM scratch\n"));

        var (exitCode, output, error) = await CommandLines.RunAsync(["init", folder, "--ci", "none"]);
        var listed = await CommandLines.RunAsync(["list", "-f", folder]);

        Assert.AreEqual(0, exitCode, error);
        Assert.AreSequenceEqual(["web.yaml", "db-main.yaml", "migrate.yaml", "tests.yaml", "ready.assert.yaml"], output.Trim().Split('\n').Select(Path.GetFileName));
        Assert.AreEqual($"{Path.GetFileName(folder).ToLowerInvariant()}\t{folder}/kontrakt\t5\t4\n", listed.Output, listed.Error);
        var web = File.ReadAllText(Path.Combine(folder, "kontrakt", "web.yaml"));
        foreach (var expected in (string[])["dockerfile://../web?target=final", "kontrakt: target", "replicas: 2", "value: http://db/$HOME", "value: $$(5)", "containerPort: 53", "protocol: UDP", "periodSeconds: 5", "failureThreshold: 3", "mountPath: /var/cache"])
            Assert.Contains(expected, web);
        Assert.DoesNotContain("8080", web);
        var database = File.ReadAllText(Path.Combine(folder, "kontrakt", "db-main.yaml"));
        foreach (var expected in (string[])["runAsUser: 999", "runAsGroup: 999", "- max connections=5", "medium: Memory"])
            Assert.Contains(expected, database);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task SayWhatTheyLeaveOutAndWhereItStands()
    {
        var folder = Make(("compose.yaml", Compose));

        var (_, _, error) = await CommandLines.RunAsync(["init", folder, "--ci", "none"]);

        foreach (var expected in (string[])["(3,44): warning KTR1192: service 'web': 'build.args'", "(4,47): warning KTR1192: service 'web': the port '7000-7010'", "the variable 'PASSWORD'", "'./conf' is a folder of the machine", "'cap_add' was not taken over", "service 'db_main': the variables of 'db.env'", "service 'debug': belongs to a profile"])
            Assert.Contains(expected, error);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task OfADockerfileHaveThePortsThatItExposes()
    {
        var folder = Make(("Dockerfile", "FROM busybox AS base\nENV PORT=8080\nEXPOSE 53/udp\nFROM other\nEXPOSE 1\nFROM base\nEXPOSE ${PORT} 90-91\n"));

        var (exitCode, _, error) = await CommandLines.RunAsync(["init", folder, "--ci", "none"]);

        Assert.AreEqual(0, exitCode, error);
        var server = (await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(folder, "kontrakt")).Single(file => !file.Contains("ready", StringComparison.Ordinal)))).Split("---");
        foreach (var part in (string[])["containerPort: 8080", "containerPort: 53", "protocol: UDP"])
            Assert.Contains(part, server[0]);
        Assert.Contains("kind: Service", server[1]);
        Assert.DoesNotContain("containerPort: 1\n", server[0]);
        Assert.Contains("Dockerfile(7,1): warning KTR1192: EXPOSE: the port '90-91'", error);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task KeepTheOrderOfAComposeFile()
    {
        var folder = Make(("compose.yaml", """
            include: [other.yaml]
            services:
              web:
                build: {context: web, target: final}
                depends_on: {db: {condition: service_healthy}, migrate: {condition: service_completed_successfully}, plain: {condition: service_started}}
              db: {image: "postgres:16", healthcheck: {test: [CMD, pg_isready]}}
              migrate: {image: "tool:1"}
              plain: {image: "tool:1", profiles: [x]}
              test: {image: "tool:1", depends_on: {web: {condition: service_healthy}, plain: {condition: service_healthy}}}
            """), ("web/Dockerfile", "FROM scratch AS base\nEXPOSE 80\n"));

        var (exitCode, _, error) = await CommandLines.RunAsync(["init", folder, "--ci", "none"]);
        var listed = await CommandLines.RunAsync(["list", "-f", folder]);

        Assert.AreEqual(0, exitCode, error);
        Assert.AreEqual(0, listed.ExitCode, listed.Error);
        Assert.Contains("kontrakt/after: deployment/db, job/migrate\n", Manifest("web"));
        Assert.Contains("kontrakt/after: deployment/web\n", Manifest("test"));
        Assert.DoesNotContain("annotations", Manifest("db"));
        foreach (var expected in (string[])["(1,1): warning KTR1192: include: the files that it names are not read", "(4,35): warning KTR1192: service 'web': a run will refuse 'web/Dockerfile': this Dockerfile cannot be built: it has no stage 'final'; there are: base",
            "service 'test': waits for 'web' to be healthy, and that has no healthcheck", "service 'test': waits for 'plain', which was left out"])
            Assert.Contains(expected, error);
        Directory.Delete(folder, recursive: true);

        string Manifest(string name) => File.ReadAllText(Path.Combine(folder, "kontrakt", name + ".yaml"));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task SayWhatComesNext()
    {
        var folder = Make(("Dockerfile", "FROM scratch\n"));

        var outside = await CommandLines.RunAsync(["init", folder]);
        Directory.Delete(Path.Combine(folder, "kontrakt"), recursive: true);
        var asked = await CommandLines.RunAsync(["init", folder, "--ci", "github"]);

        Assert.DoesNotContain("workflows", outside.Output);
        Assert.Contains($"no CI workflow was written, for '{folder}' is not in a git repository", outside.Error);
        Assert.Contains("next: kontrakt run --directory ", outside.Error);
        Assert.Contains("workflows/kontrakt.yml", asked.Output);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("Microsoft.NET.Sdk.Web", "containerPort: 8080", 3)]
    [DataRow("Microsoft.NET.Sdk.Worker", "kontrakt: target", 3)]
    [DataRow("Microsoft.NET.Sdk", "kontrakt: test", 2)]
    public async Task OfAProjectFitWhatItIs(string sdk, string expected, int files)
    {
        var folder = Make(("My.App.csproj", $"<Project Sdk=\"{sdk}\" />"));
        Directory.CreateDirectory(Path.Combine(folder, ".git"));

        var (exitCode, output, error) = await CommandLines.RunAsync(["init", "-f", folder]);
        var listed = await CommandLines.RunAsync(["list", "-f", folder]);

        Assert.AreEqual(0, exitCode, error);
        Assert.Contains(expected, File.ReadAllText(Path.Combine(folder, "kontrakt", "my-app.yaml")));
        Assert.Contains("../My.App.csproj", File.ReadAllText(Path.Combine(folder, "kontrakt", "my-app.yaml")));
        Assert.IsTrue(output.EndsWith($"{folder}/.github/workflows/kontrakt.yml\n", StringComparison.Ordinal), output);
        Assert.AreEqual(0, listed.ExitCode, listed.Error);
        Assert.HasCount(files, output.Trim().Split('\n'));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task OverwriteNothing()
    {
        var folder = Make(("Dockerfile", "FROM scratch\n"), ("kontrakt/ready.assert.yaml", "mine"));

        var (exitCode, _, error) = await CommandLines.RunAsync(["init", folder]);

        Assert.AreEqual(2, exitCode);
        Assert.Contains("error KTR1190", error);
        Assert.AreSequenceEqual(["ready.assert.yaml"], Directory.GetFiles(Path.Combine(folder, "kontrakt")).Select(Path.GetFileName));
        Assert.AreEqual("mine", File.ReadAllText(Path.Combine(folder, "kontrakt", "ready.assert.yaml")));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("nothing.txt", "", "neither a compose file nor a project nor a Dockerfile")]
    [DataRow("compose.yaml", "services: {}", "it has no services")]
    [DataRow("compose.yaml", "include: [a.yaml]", "what it includes is not read")]
    [DataRow("compose.yaml", "services: {a: {cap_add: [X]}}", "none of its services can be taken over")]
    [DataRow("compose.yaml", "services: [", "error KTR1001")]
    [DataRow("broken.csproj", "<Project", "error KTR1191")]
    public async Task NeedSomethingToBeginWith(string file, string text, string expected)
    {
        var folder = Make((file, text));

        var (exitCode, output, error) = await CommandLines.RunAsync(["init", folder]);

        Assert.AreEqual(2, exitCode, error);
        Assert.Contains(expected, error);
        Assert.AreEqual("", output);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task Run()
    {
        using var cluster = TestCluster.Require();
        var folder = Make(("compose.yaml", $$"""
            services:
              web:
                image: {{await TestImage.BusyboxAsync()}}
                command: sh -c 'echo hello > index.html; httpd -f -p 8080'
                working_dir: /srv
                tmpfs: /srv
                ports: ["9090:8080"]
              tests:
                image: {{await TestImage.BusyboxAsync()}}
                entrypoint: [sh, -c, "until wget -q -O - http://web:8080/ | grep hello; do sleep 0.2; done"]
            """));

        var initialized = await CommandLines.RunAsync(["init", folder, "--ci", "none"]);
        var run = await CommandLines.RunAsync(["run", "-f", folder, "--context", cluster.Connection.Name, "--kubeconfig", TestCluster.KubeConfigPath ?? ""]);

        Assert.AreEqual(0, initialized.ExitCode, initialized.Error);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains("pod/tests passed", run.Error);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What is written where no run looks would never run.</summary>
    [TestMethod]
    [Timeout(60_000)]
    [DataRow("deploy", 2, "write ")]
    [DataRow("deploy/kontrakt", 0, "next: kontrakt run --directory ")]
    [DataRow("kontrakts/orders", 0, "next: kontrakt run --directory ")]
    [DataRow("Kontrakt-Orders/", 0, "next: kontrakt run --directory ")]
    public async Task AreWrittenWhereTheyAreFound(string output, int exitCode, string said)
    {
        var folder = Make(("Dockerfile", "FROM scratch\n"));

        var initialized = await CommandLines.RunAsync(["init", folder, "--output", Path.Combine(folder, output), "--ci", "none"]);
        var listed = await CommandLines.RunAsync(["list", "-f", folder]);

        Assert.AreEqual(exitCode, initialized.ExitCode, initialized.Error);
        Assert.Contains(said, initialized.Error);
        Assert.AreEqual(exitCode == 0, listed.ExitCode == 0, listed.Error);
        Directory.Delete(folder, recursive: true);
    }

    private static string Make(params (string Name, string Text)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("tool-init-").FullName;
        foreach (var (name, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name)) ?? folder);
            File.WriteAllText(Path.Combine(folder, name), text);
        }
        return folder;
    }
}
