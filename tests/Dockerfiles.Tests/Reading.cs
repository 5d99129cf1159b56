using Kontrakt.Diagnostics;
using Kontrakt.Images.Dockerfiles;

namespace Kontrakt.Dockerfiles.Tests;

/// <summary>Instructions and their lines.</summary>
[TestClass]
public sealed class Reading
{
    [TestMethod]
    [DataRow("FROM a\nRUN b", "1-1 FROM a | 2-2 RUN b", DisplayName = "a line each")]
    [DataRow("\uFEFF# syntax=x\r\n\r\nfrom a\r\nrun b\r\n", "3-3 FROM a | 4-4 RUN b", DisplayName = "a byte order mark, carriage returns, small letters")]
    [DataRow("FROM a\nRUN b && \\\n    c \\\n\n  # comment\n    d\nUSER e", "1-1 FROM a | 2-6 RUN b && c d | 7-7 USER e", DisplayName = "continued, with a comment and a blank line within")]
    [DataRow("# escape=`\nFROM a\nRUN b `\n c\\\nUSER d", "2-2 FROM a | 3-4 RUN b c\\ | 5-5 USER d", DisplayName = "another escape")]
    [DataRow("# comment\n# escape=`\nFROM a\nRUN b \\\n c", "3-3 FROM a | 4-5 RUN b c", DisplayName = "a directive after a comment is one")]
    [DataRow("FROM a\nRUN <<END cat <<-'TWO'\nRUN x\nEND\n\ty\n\tTWO\nUSER d", "1-1 FROM a | 2-6 RUN <<END cat <<-'TWO' | 7-7 USER d", DisplayName = "here-documents")]
    [DataRow("FROM a\nRUN echo $((1<<2)) <<<x\nUSER d", "1-1 FROM a | 2-2 RUN echo $((1<<2)) <<<x | 3-3 USER d", DisplayName = "what only looks like a here-document")]
    [DataRow("FROM a\nRUN echo \"a <<EOF\" 'b <<EOF' << EOF x<<EOF\nUSER d", "1-1 FROM a | 2-2 RUN echo \"a <<EOF\" 'b <<EOF' << EOF x<<EOF | 3-3 USER d", DisplayName = "what only looks like a here-document: in quotes, with a blank, in a word")]
    [DataRow("FROM a\nENV a b c\nENV d=\"e f\" g='h=i' j=\nLABEL k l", "1-1 FROM a | 2-2 ENV a b c | 3-3 ENV d=\"e f\" g='h=i' j= | 4-4 LABEL k l", DisplayName = "both forms of pairs")]
    [DataRow("ARG A\nFROM a\nONBUILD RUN b", "1-1 ARG A | 2-2 FROM a | 3-3 ONBUILD RUN b", DisplayName = "before the first stage, and for a later one")]
    public void GivesEachInstructionWithItsLines(string text, string expected)
    {
        var instructions = DockerfileReader.Read("Dockerfile", text);

        Assert.AreEqual(expected, string.Join(" | ", instructions.Select(each => $"{each.Line}-{each.EndLine} {each.Text}")));
    }

    [TestMethod]
    [DataRow("FROM a\n\nCOPI b c", 3, "'COPI' is not an instruction")]
    [DataRow("RUN b", 1, "RUN is before the first FROM")]
    [DataRow("FROM a\nRUN <<END\nx", 2, "'END' does not end")]
    [DataRow("# nothing", 0, "no FROM")]
    [DataRow("FROM a\n\nENV abc", 3, "'abc' has no value")]
    [DataRow("FROM a\nENV a=b c", 2, "'c' is not such a pair")]
    [DataRow("FROM a\nLABEL abc", 2, "LABEL NAME=value")]
    [DataRow("FROM a\nCOPY --form=b c d", 2, "COPY has no flag --form")]
    [DataRow("FROM a\nCOPY b", 2, "COPY is written as COPY what where")]
    [DataRow("FROM a\nWORKDIR", 2, "WORKDIR has nothing behind it")]
    [DataRow("FROM a\nSHELL bash -c", 2, "SHELL is written as a list")]
    [DataRow("FROM a\nHEALTHCHECK --retries=1 curl", 2, "HEALTHCHECK CMD")]
    [DataRow("FROM a\nONBUILD FROM b", 2, "ONBUILD is not followed by")]
    public void SaysWhereItIsNone(string text, int line, string says)
    {
        var problem = Assert.ThrowsExactly<KontraktException>(() => DockerfileReader.Read("Dockerfile", text)).Diagnostics.Single();

        Assert.AreEqual(("KTR2015", line), (problem.Code, problem.Location?.Line));
        Assert.Contains(says, problem.Message);
    }

    [TestMethod]
    [DataRow("FROM scratch", null, "")]
    [DataRow("ARG V=1\nFROM a:$V", null, "a:1")]
    [DataRow("ARG GIVEN=1\nARG B=x/${GIVEN}\nFROM $B", null, "x/2", DisplayName = "arguments that are given, and one of another")]
    [DataRow("FROM ${NONE:-b}", null, "b")]
    [DataRow("FROM --platform=$TARGETPLATFORM a/$TARGETARCH AS b", null, "a/arm64")]
    [DataRow("FROM a AS one\nFROM b AS two\nFROM one\nCOPY --from=two x y", null, "a b")]
    [DataRow("FROM a AS one\nFROM b AS two\nFROM c", "ONE", "a", DisplayName = "only those that the target needs")]
    [DataRow("FROM a\nFROM b\nCOPY --from=0 --chown=1 x y\nCOPY --chown=1 --from=tools:1 x y\nRUN --mount=type=bind,from=other,target=/x z", null, "a b tools:1 other")]
    [DataRow("FROM a\nFROM b", "0", "a")]
    [DataRow("FROM a\nRUN tool --from=somewhere --mount=from=x && echo --from=y", null, "a", DisplayName = "what only looks like a flag, in a command")]
    [DataRow("FROM a\nRUN --network=default --mount=type=cache,target=/c,from=b x --mount=from=c", null, "a b")]
    [DataRow("ARG TAG\nFROM a:${TAG-x}", null, "a:x", DisplayName = "an argument without a value is not set")]
    [DataRow("ARG V=v1.2.3\nFROM a:${V#v}${V%%.*}${V/1./-}", null, "a:1.2.3v1v-2.3")]
    [DataRow("ARG NAME=\"a b\" C='c'\nFROM \"$C:${NAME:+1}\"", null, "c:1", DisplayName = "quotes")]
    [DataRow("FROM a AS same\nFROM b AS same\nFROM same", null, "b", DisplayName = "of stages with one name the last")]
    public void GivesTheImagesThatABuildStandsOn(string text, string? target, string expected)
    {
        var stages = DockerfileStages.Find("Dockerfile", DockerfileReader.Read("Dockerfile", text), target, "linux/arm64", new Dictionary<string, string> { ["GIVEN"] = "2" });

        Assert.AreEqual(expected, string.Join(' ', stages.Bases.Select(image => image.Image)));
    }

    [TestMethod]
    [DataRow("FROM a AS one", "other", 0, "there are: one")]
    [DataRow("FROM $NOTHING", null, 1, "comes to nothing")]
    [DataRow("FROM a\nFROM b:${TAG:?say-which}", null, 2, "TAG: say-which")]
    [DataRow("FROM a\nFROM b:${TAG", null, 2, "'b:${TAG' has a '${' that is not a variable")]
    [DataRow("FROM a b", null, 1, "FROM image AS name")]
    public void SaysWhatAStageLacks(string text, string? target, int line, string says)
    {
        var instructions = DockerfileReader.Read("Dockerfile", text);

        var problem = Assert.ThrowsExactly<KontraktException>(() => DockerfileStages.Find("Dockerfile", instructions, target, null, new Dictionary<string, string>())).Diagnostics.Single();

        Assert.AreEqual(("KTR2015", line), (problem.Code, problem.Location?.Line));
        Assert.Contains(says, problem.Message);
    }
}
