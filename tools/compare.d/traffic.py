"""Rules and captures of many flows, for switches that are measured from memory to memory. `capture.c` says how flows
look. Files are made once and kept for the whole comparison."""
import os

HOSTS = 1000
# Frames that are drawn by Zipf's law: more than a few rules, so that seldom ones are among them, at most as many as
# every switch has buffers for.
FEWEST_DRAWS, MOST_DRAWS = 16_384, 200_000


def capture(lab, order, flows):
    """The path of a capture; `order` is 'flows', 'zipf' or 'hosts'."""
    path = os.path.join(lab.files, f"{order}-{flows}")
    if not os.path.exists(path):
        words = [str(flows)]
        words += [str(HOSTS)] if order != "hosts" else []
        words += [str(min(max(flows, FEWEST_DRAWS), MOST_DRAWS))] if order == "zipf" else []
        lab.run([lab.program("capture"), path, order, *words])
    return path


def rule(flow, masks):
    """The rule of a flow. Of several masks, each leaves out one more bit of the destination."""
    address = f"10.{flow >> 16 & 0xff}.{flow >> 8 & 0xff}.{flow & 0xff}/{32 - flow % masks}"
    return f"priority=100,udp,nw_dst={address},tp_src={flow >> 16},tp_dst={flow & 0xffff},actions=output:2\n"


def rules(lab, flows, masks=1):
    """The path of a file with a rule for each flow."""
    path = os.path.join(lab.files, f"rules-{flows}-{masks}")
    if not os.path.exists(path):
        with open(path + ".part", "w", encoding="ascii") as file:
            file.writelines(rule(flow, masks) for flow in range(flows))
        os.rename(path + ".part", path)
    return path


def rule_file(bed, lines):
    """The path of a file with these rules."""
    path = os.path.join(bed.directory, "rules")
    with open(path, "w", encoding="ascii") as file:
        file.writelines(line + "\n" for line in lines)
    return path
