using Kontrakt.Diagnostics;
using Kontrakt.Images.Dockerfiles;

namespace Kontrakt.Dockerfiles.Tests;

/// <summary>What an executor is known to build wrongly is refused at its line, or said in other words.</summary>
[TestClass]
public sealed class KnownExecutors
{
    private const string Fork = Executor.Default, Upstream = "gcr.io/kaniko-project/executor:v1.24.0", Unknown = "example.com/tools/kaniko:1";

    [TestMethod]
    [DataRow(Upstream, "RUN true\nRUN <<EOF\nx\nEOF", 3, "runs nothing of a here-document")]
    [DataRow(Unknown, "RUN cat <<EOF\nx\nEOF", 2, "is not known; if it is a copy of one that is, say which (KontraktKanikoSameAs)")]
    [DataRow("ghcr.io/osscontainertools/kaniko:v1.25.3", "RUN <<EOF\nx\nEOF", 2, "runs nothing of a here-document")]
    [DataRow("ghcr.io/osscontainertools/kaniko:latest", "RUN <<EOF\nx\nEOF", 2, "runs nothing of a here-document")]
    [DataRow(Upstream, "COPY <<a <<b /\n1\na\n2\nb", 2, "copies nothing of a here-document")]
    [DataRow("ghcr.io/osscontainertools/kaniko:v1.28.0", "COPY <<a /\n$A\na", 2, "does not replace the variables")]
    [DataRow(Fork, "RUN <<EOF\n#!/usr/bin/env python3\nEOF", 2, "RUN python3 <<'EOF'")]
    [DataRow(Fork, "RUN [\"cat\"] <<EOF\nx\nEOF", 2, "without brackets")]
    [DataRow(Upstream, "RUN --mount=type=cache,target=/c x", 2, "mounts no cache")]
    [DataRow("ghcr.io/osscontainertools/kaniko:v1.25.6", "RUN --mount=type=cache,target=/c x", 2, "mounts no cache")]
    [DataRow(Upstream, "RUN --mount=type=secret,id=t x", 2, "mounts no secret")]
    [DataRow("ghcr.io/osscontainertools/kaniko:v1.26.5", "RUN --mount=type=secret,id=t x", 2, "mounts no secret")]
    [DataRow(Upstream, "RUN --mount=target=/x x", 2, "mounts nothing of the context")]
    [DataRow(Fork, "RUN --mount=type=bind,from=a,target=/x x", 2, "mounts nothing of an image or a stage")]
    [DataRow(Fork, "RUN --mount=type=bind,target=. x", 2, "whole path of the target")]
    [DataRow(Fork, "RUN --mount=type=tmpfs,target=/x x", 2, "mounts no tmpfs")]
    [DataRow(Fork, "RUN --mount=type=ssh x", 2, "ssh agent")]
    [DataRow(Fork, "RUN --network=none x", 2, "network")]
    [DataRow(Fork, "RUN --security=insecure x", 2, "more rights")]
    [DataRow(Fork, "COPY --parents a/b /", 2, "--parents")]
    [DataRow(Fork, "COPY --exclude=*.md . /", 2, "--exclude")]
    [DataRow(Fork, "ADD --unpack=true https://example.com/x.tar /", 2, "unpacks archives")]
    [DataRow(Fork, "ADD --checksum=sha256:1 https://example.com/x /", 2, "checksum")]
    [DataRow(Fork, "ADD https://github.com/a/b.git#main /", 2, "clone")]
    [DataRow(Fork, "ADD git@github.com:a/b /", 2, "clone")]
    [DataRow(Upstream, "USER app\nCOPY a /", 3, "--chown=0:0")]
    [DataRow(Fork, "VOLUME /data\nRUN echo x >/data/x", 3, "below a VOLUME")]
    [DataRow(Fork, "VOLUME [\"/data\"]\nCOPY x /data/", 3, "below a VOLUME")]
    [DataRow(Fork, "VOLUME /data\nWORKDIR /data\nCOPY x .", 4, "below a VOLUME")]
    [DataRow(Fork, "WORKDIR /\nVOLUME /data/\nWORKDIR data\nWORKDIR ./sub\nADD x y/", 6, "below a VOLUME")]
    [DataRow(Fork, "VOLUME /data\nWORKDIR /app\nCOPY x ../data/y", 4, "below a VOLUME")]
    [DataRow(Fork, "VOLUME /data\nWORKDIR /data/sub\nRUN touch x", 4, "below a VOLUME")]
    [DataRow(Fork, "FROM a AS b\nVOLUME /data\nWORKDIR /data\nFROM b\nCOPY x .", 6, "below a VOLUME")]
    [DataRow(Fork, "RUN true\nFROM --platform=windows/amd64 other", 3, "for the platform of the image")]
    public void IsRefusedAtItsLine(string executor, string lines, int line, string says)
    {
        var problem = Assert.ThrowsExactly<KontraktException>(() => Plan(executor, "FROM a\n" + lines)).Diagnostics.Single();

        Assert.AreEqual(("KTR2200", line), (problem.Code, problem.Location?.Line));
        Assert.Contains(says, problem.Message);
        Assert.Contains(executor, problem.Message);
    }

    [TestMethod]
    [DataRow(Fork, "RUN cat <<EOF >x\nx\nEOF\nCOPY <<a /\n$A\na\nRUN --mount=type=cache,target=/c --mount=type=secret,id=t --mount=target=/x x")]
    [DataRow("mirror.example.com/ghcr/osscontainertools/kaniko:v1.28.3-debug@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "RUN cat <<EOF\nx\nEOF")]
    [DataRow(Fork, "USER app\nCOPY a /")]
    [DataRow(Upstream, "USER app\nCOPY --chown=app a /\nCOPY --from=b a /\nUSER 0:5\nCOPY a /")]
    [DataRow(Upstream, "COPY --link --chmod=755 a /\nRUN --network=default x\nRUN echo --mount=type=ssh '<<EOF'\nADD https://example.com/x.git.tar /")]
    [DataRow(Upstream, "VOLUME /data\nRUN echo /database\nCOPY x /dat")]
    [DataRow(Fork, "VOLUME /data\nWORKDIR /data\nCOPY x /app/\nWORKDIR ../app\nCOPY x .\nRUN touch data")]
    [DataRow(Fork, "RUN --mount=type=bind,target= true\nRUN --mount=type=cache,target=$A true")]
    [DataRow(Upstream, "FROM --platform=$BUILDPLATFORM a\nFROM --platform=$TARGETPLATFORM b")]
    public void LeavesTheRestAlone(string executor, string lines)
    {
        Plan(executor, "FROM a\n" + lines);
    }

    [TestMethod]
    public void IsOfNoConcernInStagesThatAreNotBuilt()
    {
        Plan(Upstream, "FROM a\nRUN <<EOF\nx\nEOF\nFROM b");
    }

    [TestMethod]
    public void IsThatOfTheExecutorThatAnotherIsACopyOf()
    {
        Plan(Unknown, "FROM a\nRUN cat <<EOF\nx\nEOF", sameAs: Fork);

        var problem = Assert.ThrowsExactly<KontraktException>(() => Plan(Unknown, "FROM a", sameAs: "example.com/kaniko:1")).Diagnostics.Single();
        Assert.AreEqual("KTR1019", problem.Code);
    }

    [TestMethod]
    [DataRow(Fork, "FROM a\nFROM b\nCOPY --from=0 x /", "")]
    [DataRow(Fork, "FROM a\nFROM b", "")]
    [DataRow(Upstream, "FROM a\nFROM b", "--skip-unused-stages")]
    [DataRow(Upstream, "FROM a AS one\nFROM b\nCOPY --from=one x /", "--skip-unused-stages")]
    [DataRow(Upstream, "FROM a\nFROM b\nCOPY --from=0 x /", "")]
    [DataRow(Upstream, "FROM a AS One\nFROM b\nCOPY --from=one x /", "", DisplayName = "in other letters")]
    [DataRow("ghcr.io/osscontainertools/kaniko:v1.25.6", "FROM a\nFROM b\nCOPY --from=0 x /", "--skip-unused-stages=false")]
    public void LeavesOutStagesWhereThatLosesNone(string executor, string text, string expected)
    {
        var plan = Plan(executor, text);

        Assert.AreEqual(expected, plan.SkipUnusedStages switch { true => "--skip-unused-stages", false => "--skip-unused-stages=false", null => "" });
    }

    [TestMethod]
    public void NeedsTheImagesOfEveryStageThatIsBuilt()
    {
        const string Text = "FROM a\nFROM unused\nFROM b\nCOPY --from=0 x /\nFROM later";

        Assert.AreEqual("a unused b", string.Join(' ', Plan(Upstream, Text, target: "2").Stages.Bases.Select(image => image.Image)));
        Assert.AreEqual("a b", string.Join(' ', Plan(Fork, Text, target: "2").Stages.Bases.Select(image => image.Image)));
    }

    [TestMethod]
    [DataRow("RUN <<EOF\necho $X\nEOF\nUSER a", "RUN { kontrakt=$(cat) || exit; eval \"$kontrakt\"; } <<'EOF'\necho $X\nEOF\nUSER a")]
    [DataRow("RUN <<-\"END\"\n\tx\n\tEND", "RUN { kontrakt=$(cat) || exit; eval \"$kontrakt\"; } <<-'END'\n\tx\n\tEND")]
    [DataRow("RUN --mount=type=cache,target=/c \\\n  <<EOF\nx\nEOF", "\nRUN --mount=type=cache,target=/c { kontrakt=$(cat) || exit; eval \"$kontrakt\"; } <<'EOF'\nx\nEOF")]
    [DataRow("RUN cat <<EOF\n$X\nEOF", "RUN cat <<EOF\n$X\nEOF", DisplayName = "what is right stays")]
    [DataRow("ARG V\nFROM --platform=$BUILDPLATFORM b:${V:-1} AS c", "ARG V\nFROM b:1 AS c")]
    public void IsSaidInOtherWordsLineForLine(string lines, string expected)
    {
        var plan = Plan(Fork, "FROM a\n" + lines);

        Assert.AreEqual("FROM a\n" + expected, plan.Text);
        Assert.AreEqual(plan.Text != "FROM a\n" + lines, plan.IsBeside);
    }

    [TestMethod]
    [DataRow(Upstream, "ARG TARGETARCH\nRUN x", null, "TARGETARCH")]
    [DataRow(Upstream, "ARG TARGETOS TARGETPLATFORM=x BUILDPLATFORM\nRUN x", "linux/arm64", "BUILDPLATFORM TARGETOS TARGETPLATFORM")]
    [DataRow(Upstream, "RUN echo TARGETARCH", null, "")]
    [DataRow(Fork, "ARG TARGETARCH\nRUN x", null, "", DisplayName = "by itself")]
    public void HasThePlatformsArguments(string executor, string lines, string? platform, string expected)
    {
        var plan = Plan(executor, "FROM a\n" + lines, platform: platform);

        Assert.AreEqual(expected, string.Join(' ', plan.Arguments.Keys.Order(StringComparer.Ordinal)));
        Assert.AreEqual(lines.StartsWith("ARG", StringComparison.Ordinal) ? platform ?? PlatformArguments.Machine : null, plan.Platform);
        if (platform is not null)
            Assert.AreEqual(("linux", platform, PlatformArguments.Machine), (plan.Arguments["TARGETOS"], plan.Arguments["TARGETPLATFORM"], plan.Arguments["BUILDPLATFORM"]));
    }

    [TestMethod]
    public void IsNotGivenASecretThatNothingMountsAndMissesOneThatIsRequired()
    {
        var secrets = new Dictionary<string, string> { ["a"] = "env:A", ["b"] = "env:B" };

        Assert.AreEqual("a", string.Join(' ', Plan(Fork, "FROM x\nRUN --mount=type=secret,id=a --mount=type=secret,target=/run/secrets/none y", secrets: secrets).Secrets));
        var problem = Assert.ThrowsExactly<KontraktException>(() => Plan(Fork, "FROM x\nRUN --mount=type=secret,id=c,required y", secrets: secrets)).Diagnostics.Single();
        Assert.AreEqual(("KTR2201", 2), (problem.Code, problem.Location?.Line));
    }

    private static KanikoBuild Plan(string executor, string text, string? sameAs = null, string? target = null, string? platform = null, Dictionary<string, string>? secrets = null) => KanikoBuild.Plan(
        new("/repo/web/Dockerfile", "/repo/web", target, platform) { Name = "web", Secrets = secrets ?? [] }, text,
        new() { Directory = "/repo", RunsDirectory = "/repo/obj", KanikoExecutor = executor, KanikoSameAs = sameAs });
}
