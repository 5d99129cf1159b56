using Kontrakt.Diagnostics;
using Kontrakt.Dockerfiles.Tests.Infra;
using Kontrakt.Images;
using Kontrakt.Manifests.Sources;
using Kontrakt.Tests;

namespace Kontrakt.Dockerfiles.Tests;

/// <summary>What only Kaniko's own executor can show (KONTRAKT_TEST_KANIKO_EXECUTOR). Each build checks itself: a command that finds something else than it should fails it.</summary>
[TestClass]
public sealed class RealBuilds
{
    private static readonly string? Named = Environment.GetEnvironmentVariable("KONTRAKT_TEST_KANIKO_EXECUTOR");

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(600_000, CooperativeCancellation = true)]
    public async Task LeaveOutStagesThatNobodyNeeds()
    {
        using var workshop = await OpenAsync();
        var built = await BuildAsync(workshop, "FROM scratch AS unused\nCOPY nothing /\nFROM BASE\nARG WORD\nCOPY file /\nLABEL word=$WORD\n", new("web") { BuildArgs = new Dictionary<string, string> { ["WORD"] = "said" } });

        Assert.AreEqual("said", (await workshop.ReportAsync(built, Token))["word"], workshop.Log.ToString());
    }

    [TestMethod, Timeout(600_000, CooperativeCancellation = true)]
    public async Task CopyFromStagesByTheirNumbers()
    {
        using var workshop = await OpenAsync();
        await BuildAsync(workshop, "FROM BASE\nRUN echo one >/one\nFROM BASE\nFROM BASE AS Two\nRUN echo two >/two\nFROM BASE\nCOPY --from=0 /one /\nCOPY --from=two /two /\nRUN [ $(cat /one /two | tr -d '\\n') = onetwo ]\n");
    }

    [TestMethod, Timeout(600_000, CooperativeCancellation = true)]
    public async Task HoldWhatIsWrittenWhereverItIs()
    {
        using var workshop = await OpenAsync();
        const string Places = "/workspace /builder/home /kontrakt/files /var/run/app";
        await BuildAsync(workshop, $"FROM BASE\nRUN for place in {Places}; do [ ! -e $place/file ] || exit 1; mkdir -p $place && echo x >$place/made; done\n");
        var image = workshop.Image;

        await BuildAsync(workshop, $"FROM {image}:v1\nRUN for place in {Places}; do cat $place/made || exit 1; done\n", tag: "v2");
    }

    [TestMethod, Timeout(600_000, CooperativeCancellation = true)]
    public async Task GetValuesAsTheyAreWritten()
    {
        using var workshop = await OpenAsync();
        const string Value = "$(PATH) $$(PATH) $$ $HOME ; \" a  b";
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Value)));
        var built = await BuildAsync(workshop, $"FROM BASE\nARG VALUE\nRUN printf %s \"$VALUE\" | sha256sum | grep {hash}\n", new("web")
        {
            BuildArgs = new Dictionary<string, string> { ["VALUE"] = Value },
            Labels = new Dictionary<string, string> { ["given"] = Value },
        });

        Assert.AreEqual(Value, (await workshop.ReportAsync(built, Token))["given"]);
    }

    [TestMethod, Timeout(600_000, CooperativeCancellation = true)]
    public async Task KnowThePlatform()
    {
        using var workshop = await OpenAsync();
        await BuildAsync(workshop, """
            ARG TARGETARCH
            FROM BASE AS base-amd64
            FROM BASE AS base-arm64
            FROM base-${TARGETARCH#none}
            ARG TARGETPLATFORM TARGETOS
            ARG TARGETARCH
            ARG BUILDPLATFORM
            RUN [ "$TARGETPLATFORM" = "$TARGETOS/$TARGETARCH" ] && [ "$BUILDPLATFORM" = "$TARGETPLATFORM" ] && [ "$TARGETOS" = linux ]

            """);
    }

    [TestMethod, Timeout(600_000, CooperativeCancellation = true)]
    public async Task RunHereDocumentsAsTheyAreWritten()
    {
        using var workshop = await OpenAsync();
        const string Text = """
            FROM BASE
            ARG A=given
            RUN <<EOF
            set -e
            X=1
            for Y in a b; do echo "$X$Y$A$(echo \$Z)" >>/one; done
            cat </dev/stdin >>/one
            EOF
            RUN <<"EOF"
            echo 2 >/two
            EOF
            RUN cat <<-EOF >/three
            	$A
            	EOF
            COPY <<EOF <<"four" /
            $A
            EOF
            $A
            four
            RUN [ "$(cat /one /two /three /EOF /four | tr '\n' ' ')" = '1agiven$Z 1bgiven$Z 2 given given $A ' ]
            RUN <<EOF
            set -e
            false
            echo 3 >/never
            EOF

            """;
        var dockerfile = workshop.Write("web/Dockerfile", Text.Replace("BASE", await TestImage.BusyboxAsync(), StringComparison.Ordinal));

        var problem = (await Assert.ThrowsExactlyAsync<KontraktException>(() => workshop.BuildAsync(dockerfile, Token), workshop.Log.ToString())).Diagnostics[0];

        // All before the last is right, where the executor knows here-documents; else the first is refused.
        var last = Text[..Text.LastIndexOf("RUN <<EOF", StringComparison.Ordinal)].Count(character => character == '\n') + 1;
        Assert.AreEqual(IsFork ? ("KTR2014", last) : ("KTR2200", 3), (problem.Code, problem.Location?.Line), problem.Message + workshop.Log);
        Assert.StartsWith("'RUN <<EOF' ", problem.Message);
    }

    [TestMethod, Timeout(600_000, CooperativeCancellation = true)]
    public async Task MountSecretsAndLeaveThemNowhere()
    {
        using var workshop = await OpenAsync();
        if (!IsFork)
            Assert.Inconclusive("skipped: this executor mounts no secrets");
        var item = new ImageItem("web") { Secrets = new Dictionary<string, string> { ["token"] = workshop.Write("token", "a-hidden-word"), ["other"] = "env:KONTRAKT_TEST_SECRET" } };
        Environment.SetEnvironmentVariable("KONTRAKT_TEST_SECRET", "another-hidden-word");
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("a-hidden-wordanother-hidden-word\n"u8));

        var built = await BuildAsync(workshop, $"FROM BASE\nRUN --mount=type=secret,id=token --mount=type=secret,id=other,env=OTHER echo $(cat /run/secrets/token)$OTHER | sha256sum | grep {hash} && cat /run/secrets/token\nRUN [ ! -e /run/secrets/token ]\n", item);
        var again = await BuildAsync(workshop, $"FROM {built.Reference}\nRUN ! grep -r hidden-[w]ord / --exclude-dir=proc --exclude-dir=sys --exclude-dir=kaniko --exclude-dir=dev\n", tag: "v2");

        Assert.IsFalse(again.Reused);
        Assert.DoesNotContain("hidden-word", workshop.Log.ToString());
        Assert.Contains("[web] ", workshop.Log.ToString());
    }

    private static bool IsFork => Named?.Contains("osscontainertools", StringComparison.Ordinal) ?? false;

    private static async Task<Workshop> OpenAsync()
    {
        if (Named is not { Length: > 0 } executor)
            throw new AssertInconclusiveException("skipped: KONTRAKT_TEST_KANIKO_EXECUTOR names no image of Kaniko's executor");
        var workshop = await Workshop.OpenAsync();
        workshop.Settings = workshop.Settings with { KanikoExecutor = executor };
        workshop.Write("web/file", "content");
        return workshop;
    }

    private async Task<BuiltImage> BuildAsync(Workshop workshop, string text, ImageItem? item = null, string tag = "v1") =>
        await workshop.BuildAsync(workshop.Write("web/Dockerfile", text.Replace("BASE", await TestImage.BusyboxAsync(), StringComparison.Ordinal)), Token, tag, item);
}
