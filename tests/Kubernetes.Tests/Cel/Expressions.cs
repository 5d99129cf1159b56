using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Cel;

namespace Kubernetes.Tests.Cel;

[TestClass]
public sealed class Expressions
{
    private const string Whole = """
        {"kind":"Deployment","metadata":{"name":"api-7","namespace":"x","labels":{"app.kubernetes.io/name":"api"}},"spec":{"replicas":3,"paused":null,"containers":[
          {"name":"api","image":"r/api:1","env":[{"name":"A","value":"1"}],"limits":{"cpu":"500m","memory":"64Mi"}},
          {"name":"proxy","image":"r/proxy:1"}]},
         "status":{"ready":3,"share":0.5,"since":"2026-11-30T08:57:33Z","ports":[80,443],"conditions":[{"type":"Available","status":"True"},{"type":"Ready","status":"False","reason":"X"}]}}
        """;

    [TestMethod]
    [DataRow("self.kind == 'Deployment'")]
    [DataRow("self == object")]
    [DataRow("self.status.ready >= 3 && self.status.ready <= 3 && self.status.ready > 2 && self.status.ready < 4 && self.status.ready != 4")]
    [DataRow("self.status.ready == self.spec.replicas")]
    [DataRow("self.status.share < 1 && self.status.share == 5e-1 && self.status.share <= 0.5")]
    [DataRow("1 == 1.0 && 1u == 1 && 1 < 1.5 && 2u > 1.5 && 9223372036854775807 < 18446744073709551615u")]
    [DataRow("9007199254740993 > 9007199254740992.0")]
    [DataRow("-9223372036854775808 < 0 && -1 == 0 - 1 && - 1 == -1 && 0x10 == 16 && -0x10 == -16")]
    [DataRow("1 + 2 * 3 == 7 && (1 + 2) * 3 == 9 && 7 % 3 == 1 && 7 / 2 == 3 && 7.0 / 2.0 == 3.5 && 5 - 2 - 1 == 2")]
    [DataRow("self.metadata.name.startsWith('api') && self.metadata.name.endsWith(\"7\") && self.metadata.name.contains('-')")]
    [DataRow("self.metadata.name.matches('^api-[0-9]+$') && self.metadata.name.matches('i-') && !self.metadata.name.matches('^pi')")]
    [DataRow("self.metadata.labels['app.kubernetes.io/name'] == 'api' && 'app.kubernetes.io/name' in self.metadata.labels && !('x' in self.metadata.labels)")]
    [DataRow("size(self.spec.containers) == 2 && self.spec.containers.size() == 2 && size('é𝒳') == 2 && size({'a': 1}) == 1 && size(b'é') == 2")]
    [DataRow("self.spec.containers[1].name == 'proxy' && self.spec.containers[0].env[0].value == \"1\"")]
    [DataRow("self.spec.containers.all(c, c.image.startsWith('r/')) && !self.spec.containers.all(c, has(c.env))")]
    [DataRow("self.spec.containers.exists(c, c.name == 'api') && self.spec.containers.exists_one(c, c.name == 'api') && self.spec.containers.existsOne(c, has(c.env))")]
    [DataRow("self.spec.containers.map(c, c.name) == ['api', 'proxy'] && self.spec.containers.map(c, has(c.env), c.name) == ['api']")]
    [DataRow("self.spec.containers.filter(c, has(c.env)).size() == 1 && self.spec.containers.filter(c, false) == []")]
    [DataRow("self.spec.containers.all(i, c, c.image == 'r/' + ['api', 'proxy'][i] + ':' + string(1))")]
    [DataRow("self.metadata.labels.all(k, k.contains('/')) && self.metadata.labels.all(k, v, v == 'api') && self.metadata.labels.exists(k, v, k.size() > v.size())")]
    [DataRow("self.status.conditions.exists(c, c.type == 'Available' && c.status == 'True')")]
    [DataRow("has(self.status) && !has(self.nothing) && !has(self.spec.paused) && self.spec.paused == null")]
    [DataRow("sets.equivalent(self.status.ports, [443, 80]) && sets.contains(self.status.ports, [80]) && sets.intersects([1, 80], self.status.ports) && !sets.intersects([1], self.status.ports) && !sets.contains([80], self.status.ports)")]
    [DataRow("self.kind in ['Deployment', 'StatefulSet'] && !(self.kind in []) && self.status.ready in [1, 3, 'x']")]
    [DataRow("quantity(self.spec.containers[0].limits.memory) == quantity('65536Ki') && quantity('1').isGreaterThan(quantity('500m')) && quantity(1).compareTo(quantity('1000m')) == 0")]
    [DataRow("isQuantity('1Gi') && !isQuantity('1GB') && quantity('1Gi').add(quantity('1Gi')) == quantity('2Gi') && quantity('1').sub(quantity('2')).sign() == -1")]
    [DataRow("timestamp(self.status.since) < timestamp('2027-01-01T00:00:00+01:00') && timestamp('2026-01-01T00:00:00Z') + duration('36h') == timestamp('2026-01-02T12:00:00Z')")]
    [DataRow("timestamp(self.status.since).getFullYear() == 2026 && timestamp(self.status.since).getMonth() == 10 && timestamp(self.status.since).getHours() == 8 && timestamp('2026-01-01T00:00:00.123456789Z').getMilliseconds() == 123 && timestamp(0) == timestamp('1970-01-01T00:00:00Z')")]
    [DataRow("duration('1h30m') == duration('90m') && duration('1.5s') > duration('1499ms') && duration('90m').getHours() == 1 && string(duration('90m')) == '5400s'")]
    [DataRow("int('3') == 3 && int(3.9) == 3 && string(3) == '3' && double('1.5') == 1.5 && uint(3) == 3u && bool('true') && string(true) == 'true' && bytes('a') == b'a'")]
    [DataRow("type(self.status.ready) == int && type('') == string && type(self) == map && type(null) == null_type && type(1.5) == double && type(int) == type")]
    [DataRow("true ? true : false")]
    [DataRow("false ? false : true ? true : false")]
    [DataRow("false || true && true")]
    [DataRow("self.nothing || true")]
    [DataRow("true || self.nothing")]
    [DataRow("!(self.nothing && false)")]
    [DataRow("self.spec.containers.exists(c, c.env.size() == 1)")]
    [DataRow("!self.spec.containers.all(c, c.env.size() == 2)")]
    [DataRow("'a,b'.split(',') == ['a', 'b'] && ['a', 'b'].join('-') == 'a-b' && 'Ab'.lowerAscii() == 'ab' && ' a '.trim() == 'a' && 'aXa'.replace('a', 'b') == 'bXb'")]
    [DataRow("'abc'.indexOf('c') == 2 && 'abc'.substring(1) == 'bc' && 'abc'.substring(0, 1) == 'a' && 'abc'.charAt(1) == 'b' && 'aba'.lastIndexOf('a') == 2")]
    [DataRow("[1, 3, 2].max() == 3 && [1, 3, 2].min() == 1 && [1, 2].sum() == 3 && [1, 2].isSorted() && ![2, 1].isSorted() && [1, 2].indexOf(2) == 1")]
    [DataRow("[1] + [2] == [1, 2] && {'a': [1]} == {'a': [1.0]} && {'a': 1}['a'] == 1 && {'a': {'b': 1}}.a.b == 1")]
    [DataRow("'\\u00e9\\x41\\n\\101\\'' == 'éA\\nA\\'' && r'\\d' == '\\\\d' && '''a\nb''' == 'a\\nb' && \"\"\"q\"q\"\"\" == 'q\"q'")]
    [DataRow("// a comment\n1 == 1 // another")]
    [DataRow("self.metadata.namespace == 'x'")]
    [DataRow("'٣'.matches('\\\\d') == false && 'a\\n'.matches('a$') == false && 'é'.matches('^\\\\w$') == false && 'a b'.matches('^\\\\w\\\\s[\\\\w]$') && 'ab'.matches('(?P<x>b)$')")]
    public void AreTrue(string text) => Assert.AreEqual(new(CelOutcome.True, ""), Evaluate(text));

    [TestMethod]
    [DataRow("self.status.ready > 3", "")]
    [DataRow("self.status.ready > 2 && self.status.share > 1 && true", "self.status.share > 1")]
    [DataRow("self.spec.replicas == 3 && (self.kind == 'x' || self.kind == 'y')", "self.kind == 'x' || self.kind == 'y'")]
    [DataRow("self.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')", "")]
    [DataRow("self.nothing && false", "false")]
    public void AreFalseAndSayWhichPart(string text, string part)
    {
        var result = Evaluate(text);

        Assert.AreEqual((CelOutcome.False, part), (result.Outcome, result.Reason));
    }

    [TestMethod]
    [DataRow("self.nothing == 1", "there is no 'nothing'")]
    [DataRow("self.kind.nothing == 1", "string has no fields")]
    [DataRow("self.status.ready == '3'", "it compares int with string, which are never equal")]
    [DataRow("self.status.ports == ['80', '443']", "it compares int with string")]
    [DataRow("self.status.ready in ['3']", "it compares int with string")]
    [DataRow("self.status.ready > '2'", "'>' does not take int and string")]
    [DataRow("self.spec.paused > 1", "'>' does not take null and int")]
    [DataRow("self.status.ports[2] == 1", "the list has 2 elements")]
    [DataRow("self.status.ready / (self.status.ready - 3) == 1", "it divides by zero")]
    [DataRow("self.status.ready + 9223372036854775807 > 1", "too large")]
    [DataRow("self.status.ready", "it gives int, not true or false")]
    [DataRow("self.status.ready && true", "a condition is int, not true or false")]
    [DataRow("self.spec.containers.all(c, c.env.size() == 1)", "there is no 'env'")]
    [DataRow("self.spec.containers.exists_one(c, c.env.size() == 1)", "there is no 'env'")]
    [DataRow("int(self.kind) == 1", "a value does not fit into int()")]
    [DataRow("quantity(self.kind) == quantity('1')", "a value is not a quantity")]
    [DataRow("timestamp(self.kind) == timestamp(self.status.since)", "a value is not a timestamp")]
    [DataRow("self.kind.all(c, true)", "only lists and maps are gone through; this is string")]
    [DataRow("self.metadata.name.matches(self.metadata.name + '(')", "not a pattern of RE2")]
    public void HaveNoValueAndSayWhy(string text, string reason)
    {
        var result = Evaluate(text);

        Assert.AreEqual(CelOutcome.Undecided, result.Outcome);
        StringAssert.Contains(result.Reason, reason);
        Assert.DoesNotContain("Deployment", result.Reason, "a reason never shows values");
    }

    [TestMethod]
    [DataRow("self == null", CelOutcome.True)]
    [DataRow("null == self", CelOutcome.True)]
    [DataRow("self != null", CelOutcome.False)]
    [DataRow("self == null || self > 2", CelOutcome.True)]
    [DataRow("self > 2", CelOutcome.Absent)]
    [DataRow("self != 'Failed'", CelOutcome.Absent)]
    [DataRow("!(self == 'Failed')", CelOutcome.Absent)]
    [DataRow("!has(self.x)", CelOutcome.Absent)]
    [DataRow("self.x == null", CelOutcome.Absent)]
    [DataRow("self.all(x, x > 1)", CelOutcome.Absent)]
    [DataRow("self > 2 && object.nothing", CelOutcome.Undecided)]
    [DataRow("self > 2 || object.kind == 'Deployment'", CelOutcome.True)]
    public void OfAFieldThatIsNotThereAskForNull(string text, CelOutcome outcome) =>
        Assert.AreEqual(outcome, CelExpression.Parse(text).Evaluate(null, JsonNode.Parse(Whole)).Outcome);

    [TestMethod, Timeout(30_000, CooperativeCancellation = true)]
    public void EndInTimeWhateverTheyAre()
    {
        var thousand = new JsonArray([.. Enumerable.Range(0, 1000)]);

        Assert.AreEqual(CelOutcome.False, CelExpression.Parse($"'{new string('a', 200)}!'.matches('^(a+)+$')").Evaluate(null, null).Outcome);
        StringAssert.Contains(CelExpression.Parse("self.all(a, self.all(b, self.all(c, a + b + c >= 0)))").Evaluate(thousand, null).Reason, "too many steps");
    }

    private static CelResult Evaluate(string text)
    {
        var whole = JsonNode.Parse(Whole);
        return CelExpression.Parse(text).Evaluate(whole, whole);
    }
}
