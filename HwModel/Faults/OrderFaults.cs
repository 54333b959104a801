namespace TileProof.HwModel.Faults;

/// <summary>Defects in waits and channels. Channel 1 carries inputs; channel 0 coefficients, biases and outputs.</summary>
internal static class OrderFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        Drop("drop-every-input-wait", "no wait for any input tile", static wait => wait.Channel == 1),
        Drop("drop-first-input-wait", "no wait for the first input tile", static wait => wait is { Channel: 1, Index: 0 }),
        Drop("drop-second-input-wait", "no wait for the second input tile", static wait => wait is { Channel: 1, Index: 1 }),
        Drop("drop-odd-input-waits", "no wait for every other input tile", static wait => wait.Channel == 1 && wait.Index % 2 == 1),
        Drop("drop-every-wait", "no wait at all", static _ => true),
        Drop("drop-every-store-channel-wait", "no wait for coefficients, biases and outputs", static wait => wait.Channel == 0),
        Drop("drop-parameter-wait", "no wait for coefficients and biases before the loop", static wait => wait is { Channel: 0, Index: 0 }),
        Drop("drop-parameter-and-first-tile-waits", "no wait for coefficients and biases before the first tile", static wait => wait is { Channel: 0, Index: <= 1 }),
        Drop("drop-waits-before-compute", "no wait for the output buffer before a tile is computed", static wait => wait is { Channel: 0, OutstandingCount: 1 }),
        Drop("drop-waits-after-compute", "no wait for the store before the next one", static wait => wait is { Channel: 0, OutstandingCount: 0, Index: > 1 }),
        Drop("drop-all-loop-waits", "all waits of the loop missing, as published", static wait => wait.Index > 0),
        Redirect("wait-inputs-on-channel-0", "waits for input tiles watch channel 0", static wait => wait.Channel == 1),
        Redirect("wait-outputs-on-channel-1", "waits for parameters and outputs watch channel 1", static wait => wait.Channel == 0),
        OnOtherChannel("input-on-channel-0", "input tiles are issued on channel 0", "input"),
        OnOtherChannel("output-on-channel-1", "output tiles are issued on channel 1", "output n"),
        OnOtherChannel("coefficients-on-channel-1", "coefficients are issued on channel 1", "coefficients"),
        OnOtherChannel("biases-on-channel-1", "biases are issued on channel 1", "biases"),
    ];

    private static Fault Drop(string name, string description, Func<WaitSite, bool> applies) =>
        new(name, FaultClass.DroppedWait, description, () => new WaitFault(applies, toOtherChannel: false));

    private static Fault Redirect(string name, string description, Func<WaitSite, bool> applies) =>
        new(name, FaultClass.WrongChannel, description, () => new WaitFault(applies, toOtherChannel: true));

    private static Fault OnOtherChannel(string name, string description, string purpose) =>
        new(name, FaultClass.WrongChannel, description, () => new ChannelFault(purpose));
}
