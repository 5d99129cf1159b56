namespace Engine.Tests.Api.CustomResources;

/// <summary>The rules of a schema (CEL) hold for what is written.</summary>
[TestClass]
public sealed class Rules
{
    [TestMethod]
    [DataRow("{type: object, properties: {min: {type: integer}, max: {type: integer}}, x-kubernetes-validations: [{rule: self.min <= self.max, message: too small}]}", "{min: 2, max: 1}", "spec: Invalid value: \"object\": too small")]
    [DataRow("{type: object, properties: {min: {type: integer}}, x-kubernetes-validations: [{rule: self.min > 1}]}", "{min: 1}", "spec: Invalid value: \"object\": failed rule: self.min > 1")]
    [DataRow("{type: object, properties: {min: {type: integer}}, x-kubernetes-validations: [{rule: self.min > 1, fieldPath: .min, reason: FieldValueForbidden, message: nope}]}", "{min: 1}", "spec.min: Forbidden: nope")]
    [DataRow("{type: object, properties: {min: {type: integer, x-kubernetes-validations: [{rule: self > 1, messageExpression: \"'got ' + string(self)\"}]}}}", "{min: 1}", "spec.min: Invalid value: \"integer\": got 1")]
    [DataRow("{type: object, properties: {names: {type: array, items: {type: string, x-kubernetes-validations: [{rule: \"self.startsWith('a')\"}]}}}}", "{names: [ab, b]}", "spec.names[1]: Invalid value: \"string\": failed rule: self.startsWith('a')")]
    [DataRow("{type: object, properties: {share: {type: number, x-kubernetes-validations: [{rule: self / 2.0 < 1.0}]}}}", "{share: 3}", "spec.share: Invalid value: \"number\": failed rule: self / 2.0 < 1.0")]
    [DataRow("{type: object, properties: {at: {type: string, format: date-time, x-kubernetes-validations: [{rule: \"self < timestamp('2026-01-01T00:00:00Z')\"}]}}}", "{at: '2026-02-01T00:00:00Z'}", "spec.at: Invalid value: \"string\": failed rule: self < timestamp('2026-01-01T00:00:00Z')")]
    [DataRow("{type: object, properties: {a-b: {type: integer}, namespace: {type: integer}}, x-kubernetes-validations: [{rule: self.a__dash__b == self.__namespace__}]}", "{a-b: 1, namespace: 2}", "spec: Invalid value: \"object\": failed rule: self.a__dash__b == self.__namespace__")]
    [DataRow("{type: object, properties: {a: {type: integer}, b: {type: integer}}, x-kubernetes-validations: [{rule: self.a == self.b, message: not equal}]}", "{a: 1}", "spec: Invalid value: \"object\": there is no 'b' (where it may be missing, ask has(…) first) evaluating rule: not equal")]
    public async Task WhatBreaksARuleIsRefusedAtItsPlace(string schema, string spec, string message)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(schema));

        var answer = await host.PostAsync(Definition.Widgets(), Definition.Widget(spec));

        Assert.AreEqual((422, $"Widget.example.com \"a\" is invalid: {message}"), (answer.Code, answer.Message));
    }

    [TestMethod]
    [DataRow("{type: object, properties: {a: {type: string, x-kubernetes-validations: [{rule: self == oldSelf, message: fixed}]}}}", "{a: x}", "{a: z}", "spec.a: Invalid value: \"string\": fixed")]
    [DataRow("{type: object, properties: {a: {type: string, x-kubernetes-validations: [{rule: self == oldSelf, message: fixed}]}}}", "{}", "{a: z}", null)]
    [DataRow("{type: object, properties: {a: {type: string, x-kubernetes-validations: [{rule: self == oldSelf, message: fixed}]}}}", "{a: x}", "{a: x, b: pruned}", null)]
    [DataRow("{type: object, properties: {l: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [id], items: {type: object, required: [id], properties: {id: {type: string}, v: {type: integer}}, x-kubernetes-validations: [{rule: self.v >= oldSelf.v}]}}}}", "{l: [{id: a, v: 1}, {id: b, v: 5}]}", "{l: [{id: b, v: 4}, {id: c, v: 0}]}", "spec.l[0]: Invalid value: \"object\": failed rule: self.v >= oldSelf.v")]
    public async Task ARuleAboutChangesHoldsWhereThereWasAValue(string schema, string before, string after, string? message)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync(Definition.Of(schema));
        Assert.AreEqual(201, (await host.PostAsync(Definition.Widgets(), Definition.Widget(before))).Code);

        var answer = await host.SendAsync(HttpMethod.Put, Definition.Widgets() + "/a", Definition.Widget(after));

        Assert.AreEqual(message is null ? (200, "") : (422, $"Widget.example.com \"a\" is invalid: {message}"), (answer.Code, answer.Message), answer.Text);
    }

    [TestMethod]
    [DataRow("{rule: \"url(self).getHost() == 'x'\"}", "url(self).getHost() == 'x'")]
    [DataRow("{rule: self == oldSelf.orValue('x'), optionalOldSelf: true}", "self == oldSelf.orValue('x')")]
    public async Task ARuleThatIsNotEvaluatedIsNamedAtEveryWrite(string rule, string text)
    {
        await using var host = await ApiHost.StartAsync();
        var definition = Definition.Of($"{{type: object, properties: {{a: {{type: string, x-kubernetes-validations: [{rule}]}}}}}}");

        var defined = await host.PostAsync(Definition.Path, definition.ToJsonString());
        var made = await host.PostAsync(Definition.Widgets(), Definition.Widget("{a: b}"));

        Assert.AreEqual((201, 201), (defined.Code, made.Code));
        foreach (var answer in new[] { defined, made })
            StringAssert.StartsWith(answer.Warnings.Single(), $"299 - \"the embedded engine does not evaluate the rule '{text}', so objects that break it are accepted: ");
    }
}
