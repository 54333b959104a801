using TileProof.HwModel.Device;
using TileProof.Verification.Html;
using TileProof.Verification.Options;

namespace TileProof.Verification.Device;

/// <summary>A run of device programs as <c>report.html</c>: verdict, causes with the lines of C, timelines, cycles and all calls.</summary>
internal static class DevicePage
{
    /// <summary>The name of the place of a group of findings.</summary>
    public static string PlaceOfGroup(int index) => FormattableString.Invariant($"cause-{index}");

    /// <summary>The text of the page.</summary>
    public static string Write(DeviceProgram program, DeviceOutcome outcome, VerifyOptions options)
    {
        IReadOnlyList<DeviceFindingGroup> groups = DeviceFindingGroup.Of(outcome);
        DevicePicture[] pictures = [.. outcome.Shown.Select(result => DevicePicture.Of(result, hazard => PlaceOf(groups, hazard))).OfType<DevicePicture>()];
        var page = new HtmlPage($"TileProof: {program.Name}");
        WriteOpening(page.Opening, program, outcome, options);
        WriteGroups(page.AddSection("hazards", "Causes and lines"), groups);
        WriteTimelines(page.AddSection("timelines", "Timelines"), pictures);
        WriteCycles(page.AddSection("cycles", "Cycles"), outcome, pictures);
        WriteCalls(page.AddSection("calls", "Calls"), outcome, pictures);
        return page.ToString();
    }

    private static void WriteOpening(HtmlText html, DeviceProgram program, DeviceOutcome outcome, VerifyOptions options)
    {
        html.Add($"<h1 class=\"{(outcome.IsProven ? "good" : "bad")}\"><span class=\"sign\" aria-hidden=\"true\">{(outcome.IsProven ? "\u2713" : "\u2717")}</span>{(outcome.IsProven ? "Proven" : "NOT proven")}: {program.Name}</h1>\n<p>C programs on {string.Join(" and ", outcome.Rows.Select(static row => row.Network).Distinct(StringComparer.Ordinal))}, machine {options.Banks[0].Machine}, banks {string.Join(", ", options.Banks)}, landings {string.Join(", ", options.Landings.Select(ChoiceList.NameOf))}.</p>\n<ul class=\"facts\"><li><b>{outcome.CallCount:N0}</b>calls at a bank setting</li><li><b>{outcome.Rows.Count:N0}</b>runs</li><li><b>{outcome.Rows.Sum(static row => (long)row.ComparedBytes):N0}</b>bytes compared</li><li><b>{outcome.Rows.Sum(static row => row.Checks):N0}</b>accesses checked</li>");
        if (outcome.Adversarial.Count > 0)
        {
            html.Add($"<li><b>{outcome.Adversarial.Sum(static row => row.Schedules):N0}</b>schedules</li>");
        }

        html.Add($"</ul>\n<div class=\"columns\"><div><h3>{(outcome.IsProven ? "What is proven" : "What was looked for")}</h3><ul class=\"clauses\">\n");
        foreach ((string name, long count) in outcome.Clauses)
        {
            html.Add($"<li class=\"{(count == 0 ? "good" : "bad")}\"><span>{(count == 0 ? "no" : FormattableString.Invariant($"{count:N0}"))} {name}</span></li>\n");
        }

        html.Add($"</ul></div><div><h3>{(outcome.IsProven ? "What is not" : "What was not")}</h3><ul class=\"clauses\">\n");
        string[] omissions =
        [
            .. outcome.CallsWithoutEntry == 0 ? (string[])[] : [$"{Counted.Of(outcome.CallsWithoutEntry, "calls")} without an entry"],
            "other inputs than the image of this run",
            "cycles of the core's own work between machine instructions",
            "faults of the hardware, and hardware that differs from the model",
        ];
        foreach (string omission in omissions)
        {
            html.Add($"<li class=\"warn\"><span>{omission}</span></li>\n");
        }

        html.Add($"</ul></div></div>\n<p class=\"note\">Every run stands in <code>device_cases.csv</code>, all findings in <code>device_findings.txt</code>, cycles of all machine modes in <code>device_cycles.csv</code>.</p>\n");
    }

    private static void WriteGroups(HtmlText html, IReadOnlyList<DeviceFindingGroup> groups)
    {
        if (groups.Count == 0)
        {
            html.Add($"<p class=\"good\">None: every access was waited for, stays in its buffer, and reads bytes that were written.</p>\n");
            return;
        }

        html.Add($"<p>{Counted.InThousands(groups.Sum(static group => group.Findings.Count), "findings")} {(groups.Sum(static group => group.Findings.Count) == 1 ? "has" : "have")} {Counted.InThousands(groups.Count, "causes")}. Read <code>&lt;-</code> as \u201ccalled from\u201d.</p>\n");
        var listing = new SourceListing();
        foreach ((int index, DeviceFindingGroup group) in groups.Index())
        {
            html.Add($"<details id=\"{PlaceOfGroup(index)}\"");
            html.AddMarkup(index < 3 ? " open>" : ">");
            html.Add($"<summary><b>{group.Heading}</b> ({group.Findings.Count})</summary>");
            foreach (string line in group.Outcome.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                html.Add($"<p>{line}</p>");
            }

            html.Add($"<ul>\n");
            foreach (DeviceFinding finding in group.Findings)
            {
                html.Add($"<li>{finding}</li>\n");
            }

            html.Add($"</ul><figure>");
            listing.Write(html, PlacesOf(group));
            html.Add($"</figure></details>\n");
        }
    }

    private static IEnumerable<(SourceFrame Frame, string What)> PlacesOf(DeviceFindingGroup group)
    {
        foreach (DeviceFinding finding in group.Findings)
        {
            foreach ((int depth, SourceFrame frame) in (finding.Origin?.Frames ?? []).Index())
            {
                yield return (frame, depth == 0 ? finding.Rule : "called here");
            }

            foreach ((int depth, SourceFrame frame) in (finding.OtherOrigin?.Frames ?? []).Index())
            {
                yield return (frame, depth == 0 ? "the transfer is issued" : "called here for the transfer");
            }

            if (finding.WaitOrigin is { } wait && finding.WaitOrigin != finding.Origin)
            {
                yield return (wait.Innermost, "returns here");
            }
        }
    }

    private static string? PlaceOf(IReadOnlyList<DeviceFindingGroup> groups, RecordedHazard hazard)
    {
        string place = DeviceFindings.PlaceOf(hazard.Origin);
        foreach ((int index, DeviceFindingGroup group) in groups.Index())
        {
            if (group.Findings.Any(finding => finding.Rule == hazard.Hazard.Rule.Name && DeviceFindings.PlaceOf(finding.WaitOrigin ?? finding.Origin) == place && finding.OtherChannel == hazard.OtherChannel))
            {
                return PlaceOfGroup(index);
            }
        }

        return null;
    }

    private static void WriteTimelines(HtmlText html, DevicePicture[] pictures)
    {
        if (pictures.Length == 0)
        {
            html.Add($"<p>No call of this run uses DMA and has a price.</p>\n");
            return;
        }

        html.Add($"<p>What the core and the DMA channels do by the recorded schedule, mode {ChoiceList.NameOf(LayerBars.Mode)}, and how much of the named buffers is in use; red marks are hazards and lead to their cause. Shown are layers that break rules, and the {DevicePicture.DearestLayers} dearest of each bank setting; <code>tileproof trace --programs FILE --layers NAME --banks SIZE</code> writes any call for ui.perfetto.dev, with the line of every event.</p>\n{CycleParts.Legend()}<div class=\"choice\" data-choose=\"Layer and banks\">\n");
        foreach (DevicePicture picture in pictures)
        {
            string network = picture.Case.Golden.Network;
            string name = $"{picture.Case.Golden.Call.Name} ({picture.Case.Golden.Call.LayerKey}), banks {picture.Case.Bank}";
            html.Add($"<figure id=\"{picture.Place}\" data-group=\"{network}\" data-label=\"{picture.Case.Golden.Call.Index} {picture.Case.Golden.Call.Name}, banks {picture.Case.Bank}\"><b>{network} {name}: {picture.Cycles:N0} cycles</b><div class=\"scroll\" tabindex=\"0\">{picture.Timeline}</div>");
            if (picture.Lines.Count > 0)
            {
                html.Add($"<div class=\"scroll\"><table class=\"sortable\"><thead><tr><th>line</th><th class=\"n\">cycles of work</th><th class=\"n\">cycles of waiting</th></tr></thead><tbody>\n");
                foreach ((string place, double work, double wait) in picture.Lines)
                {
                    html.Add($"<tr><td>{place}</td><td class=\"n\">{work:N0}</td><td class=\"n\">{wait:N0}</td></tr>\n");
                }

                html.Add($"</tbody></table></div>");
            }

            html.Add($"</figure>\n");
        }

        html.Add($"</div>\n");
    }

    private static void WriteCycles(HtmlText html, DeviceOutcome outcome, DevicePicture[] pictures)
    {
        DeviceCycleRow[] rows = [.. outcome.Cycles.Where(static row => row.MachineMode == ChoiceList.NameOf(LayerBars.Mode))];
        if (rows.Length == 0)
        {
            html.Add($"<p>No call ran to its end.</p>\n");
            return;
        }

        html.Add($"<p>Predicted cycles of the recorded schedules in mode {ChoiceList.NameOf(LayerBars.Mode)}, {rows[0].Basis}, beside those of the built-in programs. The core's own work between machine instructions takes no time in the model and is counted beside them.</p>\n<div class=\"scroll\"><table><thead><tr><th>banks</th><th class=\"n\">calls</th><th class=\"n\">recorded</th><th class=\"n\">built-in</th><th class=\"n\">times built-in</th><th class=\"n\">of it kernels</th><th class=\"n\">of it waits</th><th class=\"n\">steps without price</th></tr></thead><tbody>\n");
        foreach (IGrouping<string, DeviceCycleRow> bank in rows.GroupBy(static row => row.Bank))
        {
            DeviceCycleRow[] priced = [.. bank.Where(static row => row is { PredictedCycles: not null, BuiltInCycles: not null })];
            long recorded = priced.Sum(static row => row.PredictedCycles!.Value);
            long builtIn = priced.Sum(static row => row.BuiltInCycles!.Value);
            html.Add($"<tr><td>{bank.Key}</td><td class=\"n\">{priced.Length}</td><td class=\"n\">{recorded:N0}</td><td class=\"n\">{builtIn:N0}</td><td class=\"n\">{(builtIn == 0 ? "" : FormattableString.Invariant($"{(double)recorded / builtIn:F3}"))}</td><td class=\"n\">{priced.Sum(static row => row.KernelCycles):N0}</td><td class=\"n\">{priced.Sum(static row => row.WaitCycles):N0}</td><td class=\"n\">{bank.Sum(static row => (long)row.UnpricedSteps):N0}</td></tr>\n");
        }

        html.Add($"</tbody></table></div>\n<p class=\"note\">{pictures.Length} of the calls have a timeline above.</p>\n");
    }

    private static void WriteCalls(HtmlText html, DeviceOutcome outcome, DevicePicture[] pictures)
    {
        HashSet<string> drawn = [.. pictures.Select(static picture => picture.Place)];
        Dictionary<(string, string, string), DeviceCycleRow> cycles = outcome.Cycles.Where(static row => row.MachineMode == ChoiceList.NameOf(LayerBars.Mode))
            .DistinctBy(static row => (row.Network, row.Call, row.Bank))
            .ToDictionary(static row => (row.Network, row.Call, row.Bank));
        html.Add($"<p>Every call at every bank setting, over all landing policies. Cycles lead to the call's timeline.</p><p class=\"onpaper\">On paper, rows of calls that are proven are left out.</p>\n<div class=\"scroll\"><table class=\"sortable filterable long\"><thead><tr><th data-filter>network</th><th>call</th><th>layer key</th><th data-filter>banks</th><th data-filter>result</th><th class=\"n\">differing</th><th class=\"n\">hazards</th><th class=\"n\">instructions</th><th class=\"n\">accesses</th><th class=\"n\">cycles</th><th class=\"n\">built-in</th><th>fault</th></tr></thead><tbody>\n");
        foreach (var call in outcome.Rows.GroupBy(static row => (row.Network, row.Call, row.Bank)))
        {
            DeviceCaseRow first = call.First();
            bool isProven = call.All(static row => row.Proven);
            string fault = call.Select(static row => row.Fault).FirstOrDefault(static text => text.Length > 0) ?? "";
            string result = isProven ? "proven" : fault.Length > 0 ? "fault" : first.Hazards > 0 ? "hazards" : "wrong bytes";
            DeviceCycleRow? price = cycles.GetValueOrDefault(call.Key);
            string text = FormattableString.Invariant($"{price?.PredictedCycles:N0}");
            string place = outcome.IndexOf.TryGetValue((first.Network, first.Call), out int index) ? DevicePicture.PlaceOf(first.Network, index, first.Bank) : "";
            html.Add($"<tr class=\"{(isProven ? "ok" : "failed")}\"><td>{first.Network}</td><td>{first.Call}</td><td>{first.ConfigKey}</td><td>{first.Bank}</td><td class=\"{(isProven ? "good" : "bad")}\">{result}</td><td class=\"n\">{call.Max(static row => row.DifferingBytes):N0}</td><td class=\"n\">{first.Hazards}</td><td class=\"n\">{first.Instructions:N0}</td><td class=\"n\">{call.Max(static row => row.Checks):N0}</td><td class=\"n\">");
            if (drawn.Contains(place))
            {
                html.Add($"<a href=\"#{place}\">{text}</a>");
            }
            else
            {
                html.Add($"{text}");
            }

            html.Add($"</td><td class=\"n\">{FormattableString.Invariant($"{price?.BuiltInCycles:N0}")}</td><td>{fault}</td></tr>\n");
        }

        html.Add($"</tbody></table></div>\n");
    }
}
