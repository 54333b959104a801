using System.Text;
using TileProof.Verification.Cycles;
using TileProof.Verification.Options;

namespace TileProof.Verification.Caching;

/// <summary>The predicted cycles of a network under a key of the network, the bank settings and all else that they follow from; costs and published figures are part of the build, which is in every key.</summary>
internal static class CachedCycles
{
    /// <summary>The prediction of an earlier run, or a fresh one, which is kept.</summary>
    /// <param name="cache">Null to keep nothing.</param>
    /// <param name="source">The network, under its name in the reports.</param>
    /// <param name="options">Bank settings, and whatever else <see cref="CacheKeys.Cycles"/> does not leave out.</param>
    /// <param name="predict">Predicts.</param>
    public static NetworkCycles FindOrPredict(ResultCache? cache, NetworkSource source, VerifyOptions options, Func<NetworkCycles> predict)
    {
        if (cache is null)
        {
            return predict();
        }

        string key = "cycles-" + ContentHash.Of(source.Network.Name, source.Recipe ?? (object)source.Network, options.Banks.ToArray(), CacheKeys.Cycles.Of(options));
        if (cache.Find(key, content => Read(content, source, options.Banks)) is { } stored)
        {
            return stored;
        }

        NetworkCycles cycles = predict();
        cache.TryStore(key, content => Write(content, cycles));
        return cycles;
    }

    /// <summary>Writes everything but the network and the bank settings, which whoever reads it has.</summary>
    internal static void Write(Stream content, NetworkCycles cycles)
    {
        using var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true);
        writer.Write(cycles.Rows.Count);
        foreach (CycleRow row in cycles.Rows)
        {
            Write(writer, row);
        }

        writer.Write(cycles.Totals.Count);
        foreach (((string bank, string mode), double halfWidth) in cycles.Totals)
        {
            writer.Write(bank);
            writer.Write(mode);
            writer.Write(halfWidth);
        }

        writer.Write(cycles.RankedBank?.Label ?? "");
        writer.Write(cycles.Ranking.Count);
        foreach (WhatIfResult result in cycles.Ranking)
        {
            writer.Write(string.Join(',', result.Changes.Select(static change => change.Name)));
            writer.Write(result.BaselineCycles);
            writer.Write(result.ChangedCycles);
        }
    }

    /// <summary>The prediction that the bytes were made from.</summary>
    internal static NetworkCycles Read(Stream content, NetworkSource source, IReadOnlyList<BankSetting> banks)
    {
        // Its own buffer: the numbers are small, and the stream reads a file.
        using var reader = new BinaryReader(new BufferedStream(content, 1 << 16), Encoding.UTF8, leaveOpen: true);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var rows = new CycleRow[reader.ReadInt32()];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = ReadRow(reader, source.Network.Name, texts);
        }

        var totals = new Dictionary<(string Bank, string MachineMode), double>();
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            totals.Add((reader.ReadString(), reader.ReadString()), reader.ReadDouble());
        }

        string rankedBank = reader.ReadString();
        var ranking = new WhatIfResult[reader.ReadInt32()];
        for (int i = 0; i < ranking.Length; i++)
        {
            string[] names = reader.ReadString().Split(',', StringSplitOptions.RemoveEmptyEntries);
            ranking[i] = new WhatIfResult([.. names.Select(static name => WhatIfChange.All.First(change => change.Name == name))], reader.ReadDouble(), reader.ReadDouble());
        }

        return new NetworkCycles(source.Network.Name, source.Network.Calls.Count, banks, rows, totals, banks.FirstOrDefault(bank => bank.Label == rankedBank), ranking);
    }

    private static void Write(BinaryWriter writer, CycleRow row)
    {
        writer.Write(row.CallIndex);
        foreach (string text in (ReadOnlySpan<string>)[row.Call, row.Operator, row.ConfigKey, row.Bank, row.Plan, row.MachineMode, row.Basis, row.Bound])
        {
            writer.Write(text);
        }

        foreach (long number in (ReadOnlySpan<long>)
            [
                row.PredictedCycles, row.LowCycles, row.HighCycles, row.ControlCycles, row.PrologueCycles, row.KernelCycles, row.EpilogueCycles, row.FillCycles,
                row.EdgeCycles, row.CacheCycles, row.WaitInputCycles, row.WaitCoefficientCycles, row.WaitOutputCycles, row.DmaBytes,
            ])
        {
            writer.Write7BitEncodedInt64(number);
        }

        writer.Write(row.MacsPerCycle);
        writer.Write(row.MultiplyUtilization);
        writer.Write(row.DmaBusy);
        foreach (double? number in (ReadOnlySpan<double?>)[row.DmaEfficiency, row.ArithmeticIntensity, row.RelativeError, row.SpeedupOverGeneric, row.LowSpeedup, row.HighSpeedup])
        {
            writer.Write(number.HasValue);
            writer.Write(number.GetValueOrDefault());
        }

        foreach (long? number in (ReadOnlySpan<long?>)[row.PublishedCycles, row.GenericCycles])
        {
            writer.Write(number.HasValue);
            writer.Write(number.GetValueOrDefault());
        }
    }

    /// <summary>Reads in the order in which the members are written, which is that of the initializers.</summary>
    private static CycleRow ReadRow(BinaryReader reader, string network, Dictionary<string, string> texts)
    {
        return new CycleRow
        {
            Network = network,
            CallIndex = reader.ReadInt32(),
            Call = Text(),
            Operator = Text(),
            ConfigKey = Text(),
            Bank = Text(),
            Plan = Text(),
            MachineMode = Text(),
            Basis = Text(),
            Bound = Text(),
            PredictedCycles = reader.Read7BitEncodedInt64(),
            LowCycles = reader.Read7BitEncodedInt64(),
            HighCycles = reader.Read7BitEncodedInt64(),
            ControlCycles = reader.Read7BitEncodedInt64(),
            PrologueCycles = reader.Read7BitEncodedInt64(),
            KernelCycles = reader.Read7BitEncodedInt64(),
            EpilogueCycles = reader.Read7BitEncodedInt64(),
            FillCycles = reader.Read7BitEncodedInt64(),
            EdgeCycles = reader.Read7BitEncodedInt64(),
            CacheCycles = reader.Read7BitEncodedInt64(),
            WaitInputCycles = reader.Read7BitEncodedInt64(),
            WaitCoefficientCycles = reader.Read7BitEncodedInt64(),
            WaitOutputCycles = reader.Read7BitEncodedInt64(),
            DmaBytes = reader.Read7BitEncodedInt64(),
            MacsPerCycle = reader.ReadDouble(),
            MultiplyUtilization = reader.ReadDouble(),
            DmaBusy = reader.ReadDouble(),
            DmaEfficiency = Real(),
            ArithmeticIntensity = Real(),
            RelativeError = Real(),
            SpeedupOverGeneric = Real(),
            LowSpeedup = Real(),
            HighSpeedup = Real(),
            PublishedCycles = Whole(),
            GenericCycles = Whole(),
        };

        // The same few texts stand in thousands of rows.
        string Text()
        {
            string text = reader.ReadString();
            if (!texts.TryGetValue(text, out string? known))
            {
                texts.Add(text, known = text);
            }

            return known;
        }

        double? Real()
        {
            bool isKnown = reader.ReadBoolean();
            double value = reader.ReadDouble();
            return isKnown ? value : null;
        }

        long? Whole()
        {
            bool isKnown = reader.ReadBoolean();
            long value = reader.ReadInt64();
            return isKnown ? value : null;
        }
    }
}
